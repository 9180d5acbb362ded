/** P8 over real sockets: which channels there are, who reads and who writes them. */
import { assert, assertEquals } from "@std/assert";
import { startServer, type TestServer } from "../support/server.ts";

let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

Deno.test("[P8] the server's own durable channels are open to every signed-in user", async () => {
  await using observer = await server.connect({
    userId: "p8-observer",
    roles: ["observer"],
  });
  for (
    const channel of ["alerts", "rules", "decisions", "learning", "jobs"]
  ) {
    const reply = await observer.subscribe(channel);
    assertEquals(reply.type, "SUBSCRIBED", channel);
    assertEquals(reply.payload.offset, 0);
    assert(reply.payload.epoch);
  }
});

Deno.test("[P8] only the server writes its channels", async () => {
  await using admin = await server.connectService();
  for (
    const channel of ["alerts", "rules", "decisions", "learning", "jobs"]
  ) {
    assertEquals(
      await admin.refusal({ type: "BROADCAST", channel, payload: {} }),
      "forbidden",
      channel,
    );
  }
});

Deno.test("[P8] ops is for facilitators and above, and absent for others", async () => {
  for (const role of ["observer", "member"]) {
    await using client = await server.connect({
      userId: `p8-ops-${role}`,
      roles: [role],
    });
    assertEquals(
      await client.refusal({ type: "SUBSCRIBE", channel: "ops" }),
      "not_found",
      role,
    );
  }
  for (const role of ["facilitator", "admin"]) {
    await using client = await server.connect({
      userId: `p8-ops-${role}`,
      roles: [role],
    });
    assertEquals((await client.subscribe("ops")).type, "SUBSCRIBED", role);
  }
});

Deno.test("[P8] names outside the grammar and unknown namespaces are not found", async () => {
  await using admin = await server.connectService();
  const names = [
    "",
    "nowhere",
    "nowhere:1",
    "sealed:poll-1",
    "alerts:1",
    "topic",
    "topic:",
    "session:",
    "session:no-such-session",
    "user:",
    "Topic:a",
    ":topic",
    "topic:a/b",
    "topic:a b",
    "topic:é",
    "topic:a\nb",
    `topic:${"x".repeat(187)}`,
    "__proto__",
    "constructor",
  ];
  for (const channel of names) {
    assertEquals(
      await admin.refusal({ type: "SUBSCRIBE", channel }),
      "not_found",
      JSON.stringify(channel),
    );
  }
});

Deno.test("[P8] a name of 192 characters is the longest", async () => {
  await using client = await server.connect("p8-longest");
  const channel = `topic:${"x".repeat(186)}`;
  assertEquals(channel.length, 192);
  assertEquals((await client.subscribe(channel)).type, "SUBSCRIBED");
});

Deno.test("[P8] members and above publish on a topic without subscribing, observers may not", async () => {
  for (const role of ["member", "facilitator", "admin"]) {
    await using client = await server.connect({
      userId: `p8-topic-${role}`,
      roles: [role],
    });
    const channel = `topic:p8-${role}`;
    const { payload } = await client.broadcast(channel, { n: 1 });
    assertEquals(payload.offset, 1, role);
  }
  await using observer = await server.connect({
    userId: "p8-topic-observer",
    roles: ["observer"],
  });
  await observer.subscribe("topic:p8-observer");
  assertEquals(
    await observer.refusal({
      type: "BROADCAST",
      channel: "topic:p8-observer",
      payload: {},
    }),
    "forbidden",
  );
});

Deno.test("[P8] topic:all reaches every connection, and facilitators may publish there", async () => {
  await using listener = await server.connect("p8-all-listener");
  await using member = await server.connect("p8-all-member");
  await using facilitator = await server.connect({
    userId: "p8-all-facilitator",
    roles: ["facilitator"],
  });
  assertEquals(
    await member.refusal({ type: "BROADCAST", payload: { n: 1 } }),
    "forbidden",
  );
  const ack = await facilitator.ask({ type: "BROADCAST", payload: { n: 2 } });
  assertEquals(ack.type, "ACK");
  const heard = await listener.waitFor(
    "the broadcast",
    ({ channel, type }) => channel === "topic:all" && type === "BROADCAST",
  );
  assertEquals(heard.payload, { n: 2 });
  await server.call("POST", "/api/v1/broadcast", { payload: { n: 3 } });
  for (const client of [listener, member, facilitator]) {
    await client.waitFor(
      "the broadcast over HTTP",
      ({ channel, payload }) => channel === "topic:all" && payload?.n === 3,
    );
  }
});

Deno.test("[P8] a user's own channel is read by that user only, not even by an admin", async () => {
  await using ann = await server.connect("p8-ann");
  await using admin = await server.connectService();
  assertEquals((await ann.subscribe("user:p8-ann")).type, "SUBSCRIBED");
  assertEquals(
    await admin.refusal({ type: "SUBSCRIBE", channel: "user:p8-ann" }),
    "not_found",
  );
  assertEquals(
    await ann.refusal({
      type: "BROADCAST",
      channel: "user:p8-ann",
      payload: {},
    }),
    "forbidden",
  );
});

Deno.test("[P8] a user id is percent-encoded in its channel's name", async () => {
  const names: [string, string][] = [
    ["ann@example.com", "user:ann@example.com"],
    ["auth0|a:b%", "user:auth0%7Ca%3Ab%25"],
    ["Zoë", "user:Zo%C3%AB"],
  ];
  for (const [userId, channel] of names) {
    await using client = await server.connect(userId);
    const held = client.established.subscriptions?.map((each) => each.channel);
    assert(held?.includes(channel), `${userId} holds ${held}`);
    assertEquals((await client.subscribe(channel)).type, "SUBSCRIBED");
  }
});

Deno.test("[P8] a direct message waits for its recipient, known or not", async () => {
  await using sender = await server.connect("p8-dm-sender");
  const ack = await sender.ask({
    type: "DIRECT_MESSAGE",
    messageId: "dm-1",
    payload: { recipient: "p8-dm-later", body: { text: "read me" } },
  });
  assertEquals(ack.payload.offset, 1);
  assertEquals(ack.payload.messageId, "dm-1");
  await using recipient = await server.connect("p8-dm-later");
  const own = recipient.established.subscriptions
    ?.find(({ channel }) => channel === "user:p8-dm-later");
  assertEquals(own?.offset, 1);
  await recipient.subscribe("user:p8-dm-later", {
    since: { epoch: own?.epoch, offset: 0 },
  });
  const message = await recipient.waitForOffset("user:p8-dm-later", 1);
  assertEquals(message.type, "DIRECT_MESSAGE");
  assertEquals(message.sender, "p8-dm-sender");
  assertEquals(message.payload, {
    recipient: "p8-dm-later",
    body: { text: "read me" },
  });
});

Deno.test("[P8] a direct message reaches all connections of a user who is there, and no one else", async () => {
  await using first = await server.connect("p8-dm-live");
  await using second = await server.connect("p8-dm-live");
  await using other = await server.connect("p8-dm-other");
  await server.call("POST", "/api/v1/users/p8-dm-live/messages", {
    body: "over HTTP",
  });
  for (const client of [first, second]) {
    const { payload } = await client.waitForOffset("user:p8-dm-live", 1);
    assertEquals(payload, { recipient: "p8-dm-live", body: "over HTTP" });
  }
  await other.settle();
  assertEquals(other.publications("user:p8-dm-live"), []);
});

Deno.test("[P8] a recipient that is no user id is refused", async () => {
  await using client = await server.connect("p8-dm-bad");
  for (const recipient of ["", "a b", "a/b", "a\u0000", "x".repeat(129)]) {
    const code = await client.refusal({
      type: "DIRECT_MESSAGE",
      payload: { recipient, body: "x" },
    });
    assert(["invalid", "malformed"].includes(code ?? ""), `${recipient}`);
  }
});

Deno.test("[P8] an open session is read by every signed-in user, written by commands only", async () => {
  const { id, channel } = await server.openSession({ title: "Open to all" });
  await using anyone = await server.connect({
    userId: "p8-anyone",
    roles: ["observer"],
  });
  await anyone.subscribe(channel);
  assertEquals(
    await anyone.refusal({ type: "BROADCAST", channel, payload: {} }),
    "forbidden",
  );
  await server.post(id, "hello");
  const posted = await anyone.waitForOffset(channel, 2);
  assertEquals(posted.type, "SESSION_UPDATE");
  assertEquals(posted.payload.event, "message_posted");
});

Deno.test("[P8] a session with participants is read by them, its opener and admins", async () => {
  await using opener = await server.connect({
    userId: "p8-opener",
    roles: ["facilitator"],
  });
  const ack = await opener.command("open_session", {
    title: "Closed circle",
    participants: [{ userId: "p8-inside", name: "Inside", role: "member" }],
  });
  const channel = ack.payload.positions?.[0].channel ?? "";
  assert(channel.startsWith("session:"), channel);
  assertEquals((await opener.subscribe(channel)).type, "SUBSCRIBED");
  await using inside = await server.connect("p8-inside");
  assertEquals((await inside.subscribe(channel)).type, "SUBSCRIBED");
  await using admin = await server.connectService();
  assertEquals((await admin.subscribe(channel)).type, "SUBSCRIBED");
  await using outside = await server.connect({
    userId: "p8-outside",
    roles: ["facilitator"],
  });
  assertEquals(
    await outside.refusal({ type: "SUBSCRIBE", channel }),
    "not_found",
  );
});

Deno.test("[P8] a channel one may not read answers exactly as one that does not exist", async () => {
  const { id } = await server.openSession({
    title: "Private",
    participants: [{ userId: "p8-member", name: "Member" }],
  });
  const absent = "00000000-0000-7000-8000-000000000000";
  await using outside = await server.connect("p8-nosy");
  for (const template of ["session:*", "user:*"]) {
    const existing = template === "user:*" ? "p8-member" : id;
    for (const type of ["SUBSCRIBE", "BROADCAST", "UNSUBSCRIBE"]) {
      const answers = await Promise.all(
        [existing, absent].map((name) =>
          outside.request({
            type,
            channel: template.replace("*", name),
            payload: {},
          })
        ),
      );
      const [there, gone] = answers.map((answer, i) =>
        JSON.stringify({ ...answer, ref: 0 })
          .replaceAll([existing, absent][i], "*")
      );
      assertEquals(there, gone, `${type} ${template}`);
    }
  }
});

Deno.test("[P8] over HTTP too a hidden channel answers as an absent one", async () => {
  const { channel } = await server.openSession({
    title: "Private over HTTP",
    participants: [{ userId: "someone-else", name: "Someone" }],
  });
  const { cookie } = await server.signIn("Nosy Neighbour");
  const ask = async (name: string) => {
    const response = await server.fetch(
      `/api/v1/channels/${encodeURIComponent(name)}/history`,
      { token: null, headers: { Cookie: cookie } },
    );
    const text = await response.text();
    return `${response.status} ${text.replaceAll(name, "*")}`;
  };
  const hidden = await ask(channel);
  assertEquals(hidden.slice(0, 3), "404");
  assertEquals(
    hidden,
    await ask("session:00000000-0000-7000-8000-000000000000"),
  );
});

Deno.test("[P8] inside a session the participant's role counts", async () => {
  const { id } = await server.openSession({
    title: "Watching only",
    participants: [
      { userId: "p8-watcher", name: "Watcher", role: "observer" },
      { userId: "p8-talker", name: "Talker", role: "member" },
    ],
  });
  const post = {
    type: "COMMAND",
    payload: { command: "post_message", input: { sessionId: id, text: "?" } },
  };
  await using watcher = await server.connect({
    userId: "p8-watcher",
    roles: ["member"],
  });
  assertEquals(await watcher.refusal(post), "forbidden");
  await using talker = await server.connect("p8-talker");
  assertEquals((await talker.request(post)).type, "ACK");
});

Deno.test("[P8] who is taken out of a session loses its channel at once", async () => {
  const { id, channel } = await server.openSession({
    title: "Leaving",
    participants: [{ userId: "p8-leaver", name: "Leaver" }],
  });
  await using leaver = await server.connect("p8-leaver");
  await leaver.subscribe(channel);
  await server.call(
    "DELETE",
    `/api/v1/sessions/${id}/participants/p8-leaver`,
  );
  await server.eventually(
    "the subscription to be gone",
    () => server.connection(leaver.connectionId),
    (view) => !view.subscriptions.includes(channel),
  );
  await server.post(id, "not for the one who left");
  await leaver.settle();
  assertEquals(
    leaver.publications(channel).some(({ payload }) =>
      payload.event === "message_posted"
    ),
    false,
  );
  assertEquals(
    await leaver.refusal({ type: "SUBSCRIBE", channel }),
    "not_found",
  );
});

Deno.test("[P8] the server subscribes a connection, and takes it off again", async () => {
  await using client = await server.connect("p8-pushed");
  const base = `/api/v1/connections/${client.connectionId}/subscriptions`;
  await server.call("POST", base, { channel: "topic:p8-pushed" });
  await server.publishNumbers("topic:p8-pushed", 1, 1);
  await client.waitForOffset("topic:p8-pushed", 1);
  const { subscriptions } = await server.connection(client.connectionId);
  assert(subscriptions.includes("topic:p8-pushed"));
  await server.call(
    "DELETE",
    `${base}/${encodeURIComponent("topic:p8-pushed")}`,
  );
  await server.publishNumbers("topic:p8-pushed", 2, 2);
  await client.settle();
  assertEquals(client.offsets("topic:p8-pushed"), [1]);
});

Deno.test("[P8] nobody is subscribed by the server to what they may not read", async () => {
  await using client = await server.connect("p8-push-hidden");
  const response = await server.fetch(
    `/api/v1/connections/${client.connectionId}/subscriptions`,
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ channel: "user:someone-else" }),
    },
  );
  await response.body?.cancel();
  assertEquals(response.status, 404);
});
