/** Unknown fields: ignored as ever, named and refused for whoever asks for it. */
import { assertEquals } from "@std/assert";
import { unknownFields } from "../../../routes/api/unknown_fields.ts";
import type { JsonObject } from "../../../routes/api/json_schema.ts";
import { fixture } from "../fixture.ts";

const PATH = "/api/v1/consensus/policy";
const BODY = {
  yes: 3,
  no: 1,
  abstain: 0,
  eligible: 5,
  quorum: 0.5,
  threshold: 0.5,
  vetoes: 0,
};

Deno.test("[O2] an unknown field is ignored unless the caller prefers strict handling", async () => {
  using http = await fixture();
  const body = { ...BODY, qourum: 0.9 };
  const plain = await http.call("POST", PATH, body);
  assertEquals([plain.status, await plain.json()], [200, { state: "passed" }]);
  assertEquals(plain.headers.get("preference-applied"), null);
  for (const prefer of ["handling=strict", "return=minimal, handling=strict"]) {
    const strict = await http.call("POST", PATH, body, { prefer });
    assertEquals(strict.status, 422);
    assertEquals((await strict.json()).errors, [
      { path: "qourum", message: "Unknown field" },
    ]);
  }
});

Deno.test("[O2] what is known is answered as ever, and says that it was checked", async () => {
  using http = await fixture();
  const answer = await http.call("POST", PATH, BODY, {
    prefer: "handling=strict",
  });
  assertEquals([answer.status, await answer.json()], [200, {
    state: "passed",
  }]);
  assertEquals(answer.headers.get("preference-applied"), "handling=strict");
});

Deno.test("[O2] unknown fields are found at their place, in lists, records and choices", () => {
  const point = { type: "object", properties: { x: {} } };
  const shape: JsonObject = {
    type: "object",
    properties: {
      list: { type: "array", items: point },
      byName: { type: "object", additionalProperties: point },
      any: {},
      open: { type: "object", properties: {}, additionalProperties: {} },
      choice: {
        anyOf: [
          {
            type: "object",
            properties: { kind: { const: "a" }, only: {} },
          },
          { type: "object", properties: { kind: { const: "b" } } },
        ],
      },
    },
  };
  const found = (value: Parameters<typeof unknownFields>[1]) =>
    unknownFields(shape, value);
  assertEquals(found({ list: [{ x: 1 }, { y: 1 }] }), ["list.1.y"]);
  assertEquals(found({ byName: { p: { x: 1, z: 1 } } }), ["byName.p.z"]);
  assertEquals(found({ any: { thing: 1 }, open: { thing: 1 } }), []);
  assertEquals(found({ choice: { kind: "a", only: 1 } }), []);
  assertEquals(found({ choice: { kind: "b", only: 1 } }), ["choice.only"]);
  assertEquals(found({ toString: 1 }), ["toString"]);
});
