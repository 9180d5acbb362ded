/** Alerts by webhook: signed, once, without a sign-in, and nothing but raising. */
import { assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import { hasRole } from "../../../domain/access.ts";
import { alertCommands } from "../../../domain/alerts/alert_commands.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { AlertReading } from "../../../routes/alert_reading.ts";
import { alertWebhook } from "../../../routes/api/alert_webhook.ts";
import { alertRoutes } from "../../../routes/api/alerts.ts";
import { fixture, START } from "../fixture.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PATH = "/api/v1/alerts/webhook";
const ALERT = { severity: "high", title: "Sanctions list", dedupeKey: "kx" };

async function webhookFixture({ secrets = [SECRET] } = {}) {
  const log = createMemoryLog();
  const clock = { now: START };
  const commands = new Commands({
    log,
    declarations: [...sessionCommands, ...alertCommands],
    authorize: hasRole,
    clock: () => clock.now,
  });
  const f = await fixture({
    log,
    parts: {
      routes: [
        ...alertRoutes(new AlertReading({ commands, log })),
        alertWebhook({ commands, secrets, now: () => clock.now }),
      ],
    },
  });
  const send = async (
    body: unknown,
    { id = "msg_1", at = clock.now, change = "", headers = {} } = {},
  ) => {
    const text = JSON.stringify(body);
    const timestamp = String(Math.floor(at / 1000));
    const key = Uint8Array.fromBase64(SECRET.slice("whsec_".length));
    const made = createHmac("sha256", key)
      .update(`${id}.${timestamp}.${text}`).digest("base64");
    const response = await f.request(PATH, {
      method: "POST",
      headers: {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${made}`,
        ...headers,
      },
      body: text + change,
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    send,
    commands,
    pass: (ms: number) => void (clock.now += ms),
    counts: async () => {
      const response = await f.call("GET", "/api/v1/alerts");
      const { items } = await response.json();
      return items.map(({ count }: { count: number }) => count);
    },
    [Symbol.dispose]: () => {
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

Deno.test("[AL15] a signed message raises an alert, without a sign-in", async () => {
  using f = await webhookFixture();
  const { status, body } = await f.send(ALERT);
  assertEquals(
    [status, body.alert.title, body.alert.raisedAt, body.channel],
    [201, "Sanctions list", new Date(START).toISOString(), "alerts"],
  );
});

Deno.test("[AL15] it may stand in an envelope of type, timestamp and data", async () => {
  using f = await webhookFixture();
  const { status, body } = await f.send({
    type: "alert.raised",
    timestamp: "2026-01-02T03:04:05Z",
    data: ALERT,
  });
  assertEquals([status, body.alert.title], [201, "Sanctions list"]);
});

Deno.test("[AL15] the same message again has no effect and the first answer, also much later", async () => {
  using f = await webhookFixture();
  const first = await f.send(ALERT);
  f.pass(60 * 60_000);
  const again = await f.send(ALERT);
  assertEquals([first.body.duplicate, again.body.duplicate], [undefined, true]);
  assertEquals(again.body.alert, first.body.alert);
  assertEquals(await f.counts(), [1]);
  await f.send(ALERT, { id: "msg_2" });
  assertEquals(await f.counts(), [2]);
  assertEquals(
    (await f.send({ ...ALERT, title: "Another" }, { id: "msg_2" })).status,
    409,
  );
});

Deno.test("[AL15] a message played back after five minutes is refused, and so is an altered one", async () => {
  using f = await webhookFixture();
  const late = await f.send(ALERT, { at: START - 301_000 });
  const altered = await f.send(ALERT, { change: " " });
  const unsigned = await f.send(ALERT, {
    headers: { "webhook-signature": "" },
  });
  for (const { status, body } of [late, altered, unsigned]) {
    assertEquals([status, body.code], [401, "unauthorized"]);
  }
  assertEquals(await f.counts(), []);
});

Deno.test("[AL15] without a secret every message is refused", async () => {
  using f = await webhookFixture({ secrets: [] });
  assertEquals((await f.send(ALERT)).status, 401);
});

Deno.test("[AL15] what is signed but no alert is refused with its places", async () => {
  using f = await webhookFixture();
  const { status, body } = await f.send({ severity: "urgent", title: "X" });
  assertEquals(
    [status, body.errors.map(({ path }: { path: string }) => path)],
    [422, ["severity"]],
  );
});

Deno.test("[AL15] it sees no session: whoever holds the secret raises alerts of the house", async () => {
  using f = await webhookFixture();
  const user = { userId: "flo", name: "Flo", roles: ["facilitator"] };
  for (const [id, open] of [["s1", false], ["s2", true]] as const) {
    await f.commands.execute(
      "open_session",
      { id, title: "Review", open },
      { user },
    );
  }
  const into = async (sessionId: string) => {
    const message = { severity: "high", title: "X", sessionId };
    return (await f.send(message, { id: `msg_${sessionId}` })).status;
  };
  assertEquals([await into("s1"), await into("s2")], [404, 403]);
});
