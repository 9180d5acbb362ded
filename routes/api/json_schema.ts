/** JSON Schemas for the OpenAPI document, from the schemas that check the input. */
import { z } from "zod";
import type { Json } from "../../realtime/json.ts";

export type JsonObject = { readonly [key: string]: Json };

/** @param io What a caller sends, or what they get. */
export function schemaOf(
  schema: z.core.$ZodType,
  io: "input" | "output",
): JsonObject {
  // Reused parts are written out: a `$ref` of theirs would point outside the document.
  const made = z.toJSONSchema(schema, {
    io,
    reused: "inline",
    unrepresentable: "any",
  });
  const { $schema: _, ...rest } = made;
  // Of input that is changed as it is read, the library leaves them out.
  const examples = z.globalRegistry.get(schema)?.examples;
  return JSON.parse(
    JSON.stringify({ ...rest, ...(examples ? { examples } : {}) }),
  );
}
