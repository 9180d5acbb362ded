/** Trying an operation from its page: sends the form as the reader, shows what came back. What changes something asks first. */
import { requestOf, shownBody } from "./docs_request.ts";

for (
  const form of document.querySelectorAll<HTMLFormElement>("form.docs-try")
) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

async function send(form: HTMLFormElement): Promise<void> {
  const place = form.querySelector("output");
  const button = form.querySelector("button");
  if (!place || !button) return;
  const { method = "GET", path = "" } = form.dataset;
  const request = requestOf({ method, path }, new FormData(form));
  if ("mistake" in request) return show(place, "Not sent", request.mistake);
  if (method !== "GET" && !await mayChange(`${method} ${request.url}`)) return;
  button.disabled = true;
  try {
    const startedAt = performance.now();
    const response = await fetch(request.url, request.init);
    const text = await response.text();
    const ms = Math.round(performance.now() - startedAt);
    const headers = [...response.headers]
      .map(([name, value]) => `${name}: ${value}`).join("\n");
    show(
      place,
      `${response.status} ${response.statusText} · ${ms} ms`,
      shownBody(text),
      headers,
    );
  } catch (error) {
    show(place, "No answer", error instanceof Error ? error.message : "");
  } finally {
    button.disabled = false;
  }
}

/** The page has one dialog for all; what is asked stands in it. */
function mayChange(what: string): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>("#docs-ask");
  const said = dialog?.querySelector("code");
  if (!dialog || !said) return Promise.resolve(false);
  said.textContent = what;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "send"),
      { once: true },
    )
  );
}

function show(
  place: Element,
  status: string,
  body: string,
  headers?: string,
): void {
  const parts = [element("p", "docs-status", status)];
  if (headers) {
    const details = document.createElement("details");
    details.append(
      element("summary", "", "Headers"),
      element("pre", "docs-code", headers),
    );
    parts.push(details);
  }
  if (body) parts.push(element("pre", "docs-code", body));
  for (const part of parts) if (part.matches("pre")) part.tabIndex = 0;
  place.replaceChildren(...parts);
}

function element(name: string, className: string, text: string): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
