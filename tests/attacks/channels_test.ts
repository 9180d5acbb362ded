/** The matrix of channels: who reads, publishes, sees presence and history, on both transports (P8). */
import { assertEquals } from "@std/assert";
import { handshake } from "../support/raw_websocket.ts";
import { type Actor, ACTORS, type Where } from "./authorisation_rules.ts";
import { type House, openHouse, type Outcome, type Person } from "./house.ts";

/** The words of this table and the code each stands for. */
const WORDS: Readonly<Record<string, string>> = {
  yes: "yes",
  "401": "401",
  no: "forbidden",
  /** Answered exactly as a channel that does not exist. */
  "-": "not_found",
};

/** `anonymous stranger observer member facilitator admin removed revoked`, for read and for publish. */
const CHANNELS: Readonly<Record<string, readonly [string, string]>> = {
  "session:open": [
    "401 yes yes yes yes yes yes 401",
    "401 no  no  no  no  no  no  401",
  ],
  "session:private": [
    "401 -   yes yes yes yes -   401",
    "401 -   no  no  no  no  -   401",
  ],
  "session:none": [
    "401 -   -   -   -   -   -   401",
    "401 -   -   -   -   -   -   401",
  ],
  ...Object.fromEntries(
    ["alerts", "rules", "decisions", "learning", "jobs"].map((name) => [
      name,
      [
        "401 yes yes yes yes yes yes 401",
        "401 no  no  no  no  no  no  401",
      ] as const,
    ]),
  ),
  "user:member": [
    "401 -   -   yes -   -   -   401",
    "401 -   -   no  -   -   -   401",
  ],
  "topic:any": [
    "401 yes yes yes yes yes yes 401",
    "401 yes no  yes yes yes yes 401",
  ],
  "topic:all": [
    "401 yes yes yes yes yes yes 401",
    "401 no  no  no  yes yes no  401",
  ],
  "ops": [
    "401 -   -   -   yes yes -   401",
    "401 -   -   -   no  no  -   401",
  ],
  /** Read through the pages of the audit trail alone. */
  "audit": [
    "401 -   -   -   -   -   -   401",
    "401 -   -   -   -   -   -   401",
  ],
  "sealed:sign_ins": [
    "401 -   -   -   -   -   -   401",
    "401 -   -   -   -   -   -   401",
  ],
  "accounts": [
    "401 -   -   -   -   -   -   401",
    "401 -   -   -   -   -   -   401",
  ],
  "nowhere:any": [
    "401 -   -   -   -   -   -   401",
    "401 -   -   -   -   -   -   401",
  ],
};

function expected(line: string, actor: Actor): Outcome {
  return WORDS[line.split(/\s+/)[ACTORS.indexOf(actor)]];
}

async function furnished(): Promise<House> {
  const house = await openHouse();
  for (const id of ["open", "private"]) {
    await house.execute("open_session", {
      id,
      title: "Matrix",
      open: id === "open" satisfies Where,
      participants: [
        { userId: "observer", role: "observer" },
        { userId: "member" },
        { userId: "facilitator", role: "facilitator" },
        { userId: "removed" },
      ],
    });
  }
  return house;
}

async function removeFrom(house: House, sessionId: string): Promise<void> {
  await house.execute("remove_participant", { sessionId, userId: "removed" });
}

Deno.test("[P8] each actor may over the socket with each channel what the matrix says", async () => {
  await using house = await furnished();
  await removeFrom(house, "open");
  await removeFrom(house, "private");
  const wrong: string[] = [];
  for (const actor of ACTORS) {
    if (actor === "anonymous" || actor === "revoked") continue;
    await using socket = await house.connect(actor);
    for (const [channel, lines] of Object.entries(CHANNELS)) {
      const attempts = [
        { type: "SUBSCRIBE", channel, payload: { presence: true, history: 5 } },
        { type: "BROADCAST", channel, payload: { n: 1 } },
      ];
      for (const [index, attempt] of attempts.entries()) {
        const { type, payload } = await socket.request(attempt);
        const got = type === "ERROR" ? payload.code : "yes";
        const said = expected(lines[index], actor);
        const name = `${attempt.type} ${channel} ${actor}`;
        if (got !== said) wrong.push(`${name}: ${said}, got ${got}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("[P8] each actor may over HTTP with each channel what the matrix says", async () => {
  await using house = await furnished();
  await removeFrom(house, "open");
  await removeFrom(house, "private");
  await house.call("revoked", "POST", "/logout");
  const wrong: string[] = [];
  for (const actor of ACTORS) {
    const who = actor === "anonymous" ? undefined : actor;
    for (const [channel, [read, publish]] of Object.entries(CHANNELS)) {
      const path = `/api/v1/channels/${encodeURIComponent(channel)}`;
      const attempts = [
        ["GET", `${path}/history`, read, undefined],
        ["GET", `${path}/presence`, read, undefined],
        ["POST", `${path}/publications`, publish, { payload: { n: 1 } }],
      ] as const;
      for (const [method, url, line, body] of attempts) {
        const got = await house.call(who, method, url, body);
        const said = expected(line, actor);
        const name = `${method} ${url} ${actor}`;
        if (got !== said) wrong.push(`${name}: ${said}, got ${got}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("[P8] members and above write to people, observers to nobody", async () => {
  await using house = await openHouse();
  for (const actor of ["observer", "member"] as const) {
    await using socket = await house.connect(actor);
    const message = { recipient: "admin", body: { text: "Hello" } };
    const { type, payload } = await socket.request({
      type: "DIRECT_MESSAGE",
      payload: message,
    });
    const got = type === "ERROR" ? payload.code : "yes";
    const said = actor === "observer" ? "forbidden" : "yes";
    assertEquals(got, said, actor);
    const path = "/api/v1/users/admin/messages";
    const { body } = message;
    assertEquals(await house.call(actor, "POST", path, { body }), said, actor);
  }
});

Deno.test("[I4] whoever is removed from a private session hears nothing that follows", async () => {
  await using house = await furnished();
  await using socket = await house.connect("removed");
  await using stays = await house.connect("member");
  const channel = "session:private";
  await socket.subscribe(channel);
  await stays.subscribe(channel);
  await removeFrom(house, "private");
  await house.execute("post_message", { sessionId: "private", text: "Psst" });
  // Who stays has it, so whatever was on its way to the other is there as well.
  await stays.waitFor(
    "the message",
    ({ payload }) => payload.event === "message_posted",
  );
  await socket.settle();
  assertEquals(
    socket.publications(channel).filter(({ payload }) =>
      payload.event === "message_posted"
    ),
    [],
  );
  assertEquals(
    await socket.refusal({ type: "SUBSCRIBE", channel }),
    "not_found",
  );
});

Deno.test("[P19] signing out ends live connections, and nothing opens with that cookie again", async () => {
  await using house = await furnished();
  const person: Person = "revoked";
  const socket = await house.connect(person);
  await house.call(person, "POST", "/logout");
  assertEquals((await socket.waitForClose()).code, 4501);
  const port = Number(new URL(house.server.url).port);
  const headers = { Cookie: house.cookies.revoked };
  assertEquals((await handshake(port, { headers })).status, 401);
  assertEquals(await house.call(person, "GET", "/api/v1/me"), "401");
});

/** Answered to nobody in particular: what guards them is another thing than a sign-in. */
const PUBLIC = [
  "/healthz",
  "/readyz",
  "/version",
  "/metrics",
  "/api/v1/openapi.json",
  "/api/v1/asyncapi.json",
];

Deno.test("[S1] nothing in the API's document is answered to the anonymous but what says so", async () => {
  await using house = await openHouse();
  const response = await fetch(`${house.server.url}/api/v1/openapi.json`);
  const { paths } = await response.json();
  const open: string[] = [];
  for (const [path, operations] of Object.entries(paths)) {
    for (const method of Object.keys(Object(operations))) {
      const url = path.replace(/\{\w+\}/g, "x");
      const got = await house.call(undefined, method.toUpperCase(), url, {});
      if (got !== "401") open.push(`${method} ${path}`);
    }
  }
  // The webhook asks for a signature instead; without one it is 401 as well.
  assertEquals(
    open.filter((one) => !PUBLIC.some((path) => one === `get ${path}`)),
    [],
  );
});
