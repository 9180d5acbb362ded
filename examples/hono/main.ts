/** An application of its own beside Regulens: its people get tickets, its findings become alerts by webhook. */
import { createHmac, randomUUID } from "node:crypto";
import { Hono } from "hono";

const server = Deno.env.get("REGULENS_URL") ?? "http://127.0.0.1:8000";
const token = Deno.env.get("REGULENS_API_TOKEN") ?? "";
const secret = Deno.env.get("REGULENS_WEBHOOK_SECRET") ?? "";
const port = Number(Deno.env.get("PORT") ?? 9000);

const app = new Hono();

app.get("/", (c) => c.html(page()));

/** Whoever our application has let in gets into Regulens too, under the name we say. */
app.post("/ticket", async (c) => {
  // Here your own sign-in says who it is; this one takes a name.
  const name = c.req.query("name") ?? "Guest";
  const answer = await fetch(new URL("/api/v1/tickets", server), {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      userId: `app.${name.toLowerCase().replaceAll(/[^a-z0-9]/g, "-")}`,
      name,
      roles: ["member"],
    }),
  });
  if (!answer.ok) return c.json({ error: "No ticket" }, 502);
  const { ticket } = await answer.json();
  return c.json({ ticket });
});

/** What our application finds out, Regulens should hear of: a signed webhook (Standard Webhooks). */
app.post("/findings", async (c) => {
  const { title } = await c.req.json();
  const body = JSON.stringify({ severity: "high", title, source: "app" });
  const id = randomUUID();
  const time = Math.floor(Date.now() / 1000);
  const key = Uint8Array.fromBase64(secret.replace(/^whsec_/, ""));
  const signature = createHmac("sha256", key)
    .update(`${id}.${time}.${body}`).digest("base64");
  const answer = await fetch(new URL("/api/v1/alerts/webhook", server), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      // Sent again under the same id it raises nothing twice.
      "webhook-id": id,
      "webhook-timestamp": String(time),
      "webhook-signature": `v1,${signature}`,
    },
    body,
  });
  await answer.body?.cancel();
  return c.json({ raised: answer.ok }, answer.ok ? 201 : 502);
});

function page(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>An application beside Regulens</title>
<h1>Alerts as they come</h1>
<button type="button">Find something</button>
<ol></ol>
<script type="module">
  import { createBrowserClient } from "${new URL("/static/sdk.js", server)}";
  const client = createBrowserClient({
    url: "${new URL("/ws", server).href.replace("http", "ws")}",
    getTicket: async () => {
      const answer = await fetch("/ticket?name=Mira", { method: "POST" });
      return (await answer.json()).ticket;
    },
  });
  client.on("ALERT", ({ payload }) => {
    const line = document.createElement("li");
    line.textContent = payload.event + ": " + (payload.title ?? "");
    document.querySelector("ol").prepend(line);
  });
  client.subscribe("alerts");
  client.connect();
  document.querySelector("button").addEventListener("click", () =>
    fetch("/findings", {
      method: "POST",
      body: JSON.stringify({ title: "Director on a sanctions list" }),
    }));
</script>`;
}

Deno.serve({
  port,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
}, app.fetch);
