/** Publishes, loses its connection, and gets what it missed: the socket's client and HTTP together. */

// Elsewhere import it from your server: http://127.0.0.1:8000/static/sdk.js
import { createBrowserClient } from "../../realtime/client/sdk.ts";

const server = new URL(
  Deno.env.get("REGULENS_URL") ?? "http://127.0.0.1:8000",
);
const token = Deno.env.get("REGULENS_API_TOKEN") ?? "";

/** One call of the HTTP API; what is refused is thrown. */
async function call(path: string, body: unknown = {}) {
  const answer = await fetch(new URL(`/api/v1${path}`, server), {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  const result = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${result.detail}`);
  return result;
}

const socket = new URL("/ws", server);
socket.protocol = server.protocol === "https:" ? "wss:" : "ws:";
const client = createBrowserClient({
  url: socket.href,
  getTicket: async () => (await call("/tickets")).ticket,
});

const { session } = await call("/sessions", { title: "Onboard vendor KX-14?" });
const channel = `session:${session.id}`;
const post = (text: string) =>
  call(`/sessions/${session.id}/messages`, { text });

const heard: string[] = [];
let arrived = () => {};
client.on("SESSION_UPDATE", ({ payload, offset }) => {
  if (payload.event !== "message_posted") return;
  heard.push(String(payload.text));
  console.log(`${offset}: ${payload.text}`);
  arrived();
});

/** Resolves once so many messages were heard. */
function hear(count: number): Promise<void> {
  return new Promise((resolve) => {
    arrived = () => {
      if (heard.length >= count) resolve();
    };
    arrived();
  });
}

client.subscribe(channel);
client.connect();
await client.command("post_message", {
  sessionId: session.id,
  text: "first, over the socket",
});
await hear(1);

client.disconnect();
await post("second, over HTTP while nobody listens");
await post("third, the same");
client.connect();
await hear(3);

client.close();
console.log(`${heard.length} messages, none lost, none twice`);
