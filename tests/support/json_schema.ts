/** Checks values against JSON Schemas as the API's documents state them. */
import { Ajv } from "ajv/dist/ajv.js";
import { Ajv2020 } from "ajv/dist/2020.js";

const latest = new Ajv2020({ strict: false, validateFormats: false });
/** AsyncAPI's schema brings the meta-schema along: with Ajv's own there would be two. */
const draft7 = new Ajv({
  strict: false,
  validateFormats: false,
  meta: false,
  validateSchema: false,
});

/** What is wrong with a value; empty when nothing is. */
export function mistakesIn(
  schema: object,
  value: unknown,
  draft: "2020-12" | "7" = "2020-12",
): readonly string[] {
  const ajv = draft === "7" ? draft7 : latest;
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath || "/"} ${message} ${JSON.stringify(params)}`
  );
}

/**
 * The same schema, but of its objects no field may be unnamed: what we send must all be
 * said, though whoever reads it ignores what they do not know.
 */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const made = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, closed(value)]),
  );
  const isObject = "properties" in schema && "type" in schema &&
    schema.type === "object";
  return isObject && !("additionalProperties" in schema &&
      schema.additionalProperties !== false)
    ? { ...made, additionalProperties: false }
    : made;
}
