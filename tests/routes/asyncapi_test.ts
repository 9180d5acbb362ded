/** The AsyncAPI document: valid by its own schema, and what a running server sends is what it says, to the field. */
import { assertEquals } from "@std/assert";
import schema from "@asyncapi/specs/schemas/3.0.0.json" with { type: "json" };
import { listOf, recordOf } from "../../domain/read_json.ts";
import { CLOSE, ERROR_CODES } from "../../realtime/codes.ts";
import { MESSAGE_TYPES } from "../../realtime/client/messages.ts";
import type { JsonObject } from "../../routes/api/json_schema.ts";
import { closed, mistakesIn } from "../support/json_schema.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** What the house shares; sessions and people are added as they come. */
const HOUSE = ["alerts", "rules", "decisions", "learning", "jobs"];

Deno.test("[O3] the AsyncAPI document is valid, and the server sends what it says", async (t) => {
  await using server = await startServer();
  const document: JsonObject = await (await server.fetch(
    "/api/v1/asyncapi.json",
    { token: null },
  )).json();
  const messages = recordOf(recordOf(document.components)?.messages) ?? {};
  const payloadOf = (key: string) =>
    closed(recordOf(recordOf(messages[key])?.payload) ?? false);

  await t.step("it is valid AsyncAPI 3.0", () => {
    assertEquals(mistakesIn(schema, document, "7"), []);
    assertEquals(
      mistakesIn(schema, { ...document, channels: 1 }, "7").length > 0,
      true,
    );
  });

  await t.step("every reference leads somewhere", () => {
    const text = JSON.stringify(document);
    const lost = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)]
      .map(([, path = ""]) => path)
      .filter((path) => {
        let at: unknown = document;
        for (const name of path.split("/")) {
          at = recordOf(JSON.parse(JSON.stringify(at ?? null)))?.[name];
        }
        return at === undefined || at === null;
      });
    assertEquals(lost, []);
  });

  await t.step("every type the client knows and every code is in it", () => {
    const known = Object.values(messages).map((one) => recordOf(one)?.name);
    assertEquals(MESSAGE_TYPES.filter((type) => !known.includes(type)), []);
    const socket = recordOf(recordOf(document.channels)?.socket);
    assertEquals(socket?.["x-error-codes"], [...ERROR_CODES]);
    assertEquals(
      listOf(socket?.["x-close-codes"]).map((one) => recordOf(one)?.code),
      Object.values(CLOSE),
    );
  });

  await t.step("every example may be sent", () => {
    const wrong = Object.entries(messages).flatMap(([key, message]) =>
      listOf(recordOf(message)?.examples).flatMap((example) =>
        mistakesIn(
          recordOf(recordOf(message)?.payload) ?? {},
          recordOf(example)?.payload,
          "7",
        ).map((mistake) => `${key}: ${mistake}`)
      )
    );
    assertEquals(wrong, []);
  });

  await t.step(
    "what the server says of a connection is as it says",
    async () => {
      const socket = await server.connect({ userId: "ana", roles: ["admin"] });
      const command = (input: object) => ({
        type: "COMMAND",
        payload: { command: "open_session", input },
      });
      const channel = "topic:a";
      for (
        const message of [
          { type: "SUBSCRIBE", channel, payload: { presence: true } },
          { type: "BROADCAST", channel, payload: 1 },
          command({ title: "A" }),
          command({}),
          { type: "SUBSCRIBE", channel: "topic:" },
          { type: "HEARTBEAT" },
          { type: "UNSUBSCRIBE", channel },
        ]
      ) await socket.request(message);
      const received = socket.received;
      const wrong = received.flatMap((message) => {
        const key = `server.${message.type}`;
        return mistakesIn(
          Object(payloadOf(key in messages ? key : message.type)),
          JSON.parse(JSON.stringify(message)),
          "7",
        ).map((mistake) => `${message.type}: ${mistake}`);
      });
      assertEquals(wrong, []);
      const seen = new Set(received.map(({ type }) => type));
      assertEquals(
        [
          "CONNECTION_ESTABLISHED",
          "SUBSCRIBED",
          "ACK",
          "ERROR",
          "HEARTBEAT",
          "BROADCAST",
        ]
          .filter((type) => !seen.has(type)),
        [],
      );
      await socket.close();
    },
  );

  await t.step("every publication of the demo is as it says", async () => {
    await server.call("POST", "/api/v1/demo", {});
    await loaded(server);
    const { items: sessions } = await server.call("GET", "/api/v1/sessions");
    const channels = [
      ...HOUSE,
      ...sessions.map(({ id }: { id: string }) => `session:${id}`),
    ];
    const events = new Set<unknown>();
    const wrong = new Set<string>();
    for (const channel of channels) {
      for (const item of await server.history(channel)) {
        const event = item.payload?.event;
        events.add(event);
        for (
          const mistake of mistakesOf(item, Object(payloadOf(item.type)))
        ) wrong.add(`${item.type} ${event}: ${mistake}`);
      }
    }
    assertEquals([...wrong], []);
    // It is of no use that nothing is wrong where nothing has come.
    assertEquals(events.size >= 15, true, `only ${[...events]}`);
  });
});

/** Of the payload alone, held against the event it names: a union would name every other event too. */
function mistakesOf(
  item: { readonly payload: Readonly<Record<string, unknown>> },
  schema: JsonObject,
): readonly string[] {
  const payload = recordOf(recordOf(schema.properties)?.payload);
  const choices = listOf(payload?.anyOf).map(recordOf);
  const own = choices.find((choice) =>
    recordOf(recordOf(choice?.properties)?.event)?.const === item.payload?.event
  );
  return own
    ? mistakesIn(own, item.payload, "7")
    : ["no such event in the document"];
}

function loaded(server: TestServer): Promise<unknown> {
  return server.eventually(
    "the demo to be loaded",
    () => server.call("GET", "/api/v1/demo"),
    ({ state }) => state === "loaded",
    60_000,
  );
}
