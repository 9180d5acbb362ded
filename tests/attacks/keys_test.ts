/** Names that mean something to the language, and nesting without end: in every field of every command. */
import { assert, assertEquals } from "@std/assert";
import { overSocket, prepare } from "./attempts.ts";
import { RULES } from "./authorisation_rules.ts";
import { COMMAND_ROWS } from "./command_rows.ts";
import { openHouse, TOKEN } from "./house.ts";

const KEYS = ["__proto__", "constructor", "toString"];

/** Every way to put `key` in the place of one text, or of one name, of `value`. */
function* spoiled(value: unknown, key: string): Generator<unknown> {
  if (typeof value === "string") yield key;
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      for (const other of spoiled(each, key)) yield value.with(index, other);
    }
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    for (const [index, [name, each]] of entries.entries()) {
      // `fromEntries` defines `__proto__` as JSON does, instead of setting a prototype.
      yield Object.fromEntries(entries.with(index, [key, each]));
      for (const other of spoiled(each, key)) {
        yield Object.fromEntries(entries.with(index, [name, other]));
      }
    }
    yield Object.fromEntries([...entries, [key, { polluted: true }]]);
  }
}

Deno.test("[S5] __proto__ and its like are words like others, in every field of every command", async () => {
  await using house = await openHouse();
  await using socket = await house.connect("admin");
  const faults: string[] = [];
  let tried = 0;
  for (const row of COMMAND_ROWS) {
    const isInHouse = row.rules.some((rule) => "house" in RULES[rule]);
    const where = isInHouse ? "house" : "open";
    const place = await prepare(house, {
      where,
      actor: "admin",
      given: row.given,
    });
    for (const key of KEYS) {
      for (const input of spoiled(row.input(place), key)) {
        tried++;
        const attempt = { ...row, input: () => Object(input) };
        const got = await overSocket(socket, attempt, place);
        if (got.startsWith("internal")) {
          faults.push(`${row.command} ${JSON.stringify(input)}`);
        }
      }
    }
  }
  assert(tried > 500, `commands have fields, got ${tried}`);
  assertEquals(faults, []);
  assertEquals(Object.keys(Object.prototype), []);
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("[S5] nor are they anything in an address, a filter or a body of the API", async () => {
  await using house = await openHouse();
  const { url } = house.server;
  const { paths } = await (await fetch(`${url}/api/v1/openapi.json`)).json();
  const faults: string[] = [];
  const operations: [
    string,
    { parameters?: { name: string; in: string }[] },
  ][] = [];
  for (const [path, methods] of Object.entries<object>(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      operations.push([`${method.toUpperCase()} ${path}`, operation]);
    }
  }
  for (const key of KEYS) {
    for (const [name, { parameters = [] }] of operations) {
      const [method, path] = name.split(" ");
      const query = new URLSearchParams(
        parameters.filter((one) => one.in === "query")
          .map((one) => [one.name, key]),
      );
      const response = await fetch(
        `${url}${path.replace(/\{\w+\}/g, key)}?${query}`,
        {
          method,
          headers: { Authorization: `Bearer ${TOKEN}` },
          ...method !== "GET" && { body: `{"${key}":{"polluted":true}}` },
        },
      );
      await response.body?.cancel();
      if (response.status >= 500) faults.push(`${name} ${response.status}`);
    }
  }
  assertEquals(faults, []);
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("[S5] nesting without end is refused: of bodies, of expressions, of cells", async () => {
  await using house = await openHouse();
  const deep = 200_000;
  const nested = "[".repeat(deep) + "]".repeat(deep);
  const brackets = "(".repeat(1_900) + "true" + ")".repeat(1_900);
  const rule = { id: "r", name: "R", priority: "LOW", type: "VALIDATION" };
  const evaluate = (when: string) =>
    JSON.stringify({
      rules: [{ ...rule, riskLevel: "LOW", when }],
      facts: {},
    });
  for (
    const [path, body] of [
      ["/api/v1/sessions", nested],
      ["/api/v1/sessions", `{"title":${nested}}`],
      ["/api/v1/channels/topic:x/publications", `{"payload":${nested}}`],
      ["/api/v1/rules/evaluate", `{"facts":{"a":${nested}}}`],
      ["/api/v1/decisions/analyze", `{"matrix":${nested}}`],
      ["/api/v1/rules/evaluate", evaluate(brackets)],
      ["/api/v1/rules/evaluate", evaluate("!".repeat(1_900) + "true")],
      ["/api/v1/rules/evaluate", evaluate("[".repeat(900) + "]".repeat(900))],
    ]
  ) {
    const response = await fetch(house.server.url + path, {
      method: "POST",
      headers: { Authorization: `Bearer ${TOKEN}` },
      body,
    });
    await response.body?.cancel();
    const isRefused = response.status >= 400 && response.status < 500;
    assert(isRefused, `${path} ${body.slice(0, 60)}: ${response.status}`);
  }
});
