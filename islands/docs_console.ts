/** The event console: a connection of its own as the reader, every message both ways, and a line to send. */
import {
  closedWords,
  type ConsoleLine,
  lineOf,
  linesOf,
  MAX_LINES,
  messageFrom,
  noteOf,
} from "./docs_console_model.ts";

const root = document.querySelector<HTMLElement>("#docs-console");
if (root) start(root);

function start(root: HTMLElement): void {
  const connect = root.querySelector<HTMLButtonElement>("[data-connect]");
  const send = root.querySelector<HTMLFormElement>("form");
  const message = root.querySelector<HTMLTextAreaElement>("textarea");
  const sample = root.querySelector<HTMLSelectElement>("select");
  const list = root.querySelector<HTMLOListElement>("ol");
  const state = root.querySelector<HTMLElement>("[data-state]");
  const mistake = root.querySelector<HTMLElement>("[data-mistake]");
  if (!connect || !send || !message || !list || !state || !mistake) return;
  let socket: WebSocket | undefined;
  let nextId = 1;

  const add = (line: ConsoleLine) => {
    list.prepend(item(line));
    while (list.children.length > MAX_LINES) list.lastElementChild?.remove();
  };
  const say = (words: string, isOpen: boolean) => {
    state.textContent = words;
    root.dataset.open = String(isOpen);
    connect.textContent = socket ? "Disconnect" : "Connect";
  };

  const open = () => {
    const url = new URL("/ws", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(url, "regulens.v1");
    socket = opened;
    say("Connecting…", false);
    opened.onopen = () => say("Connected", true);
    opened.onmessage = ({ data }) => {
      const { lines, answers } = linesOf(String(data));
      for (const line of lines) add(line);
      for (const answer of answers) {
        opened.send(answer);
        add(lineOf("sent", answer));
      }
    };
    opened.onclose = ({ code, reason }) => {
      if (socket === opened) socket = undefined;
      add(noteOf(closedWords(code, reason)));
      say("Not connected", false);
    };
  };

  connect.addEventListener("click", () => {
    if (socket) socket.close(1000);
    else open();
  });
  sample?.addEventListener("change", () => {
    message.value = sample.value;
    mistake.textContent = "";
  });
  root.querySelector("[data-clear]")?.addEventListener(
    "click",
    () => list.replaceChildren(),
  );
  send.addEventListener("submit", (event) => {
    event.preventDefault();
    const made = messageFrom(message.value, nextId);
    if ("mistake" in made) {
      mistake.textContent = `Not sent: ${made.mistake}`;
      return;
    }
    if (socket?.readyState !== WebSocket.OPEN) {
      mistake.textContent = "Not sent: connect first";
      return;
    }
    mistake.textContent = "";
    nextId++;
    socket.send(made.text);
    add(lineOf("sent", made.text));
  });
  connect.disabled = false;
}

function item({ way, title, text }: ConsoleLine): HTMLLIElement {
  const made = document.createElement("li");
  made.dataset.way = way;
  if (text === "") {
    made.textContent = title;
    return made;
  }
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const body = document.createElement("pre");
  const sign = document.createElement("span");
  sign.textContent = way === "sent" ? "sent" : "got";
  summary.append(sign, ` ${title}`);
  body.className = "docs-code";
  body.tabIndex = 0;
  body.textContent = text;
  details.append(summary, body);
  made.append(details);
  return made;
}
