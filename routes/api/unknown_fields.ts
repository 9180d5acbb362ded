/** Fields that an operation does not know: ignored, unless the caller asks to hear of them (RFC 7240, handling=strict). */
import { listOf, recordOf } from "../../domain/read_json.ts";
import type { Json } from "../../realtime/json.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { AppContext } from "../env.ts";
import { isJsonObject } from "../json_body.ts";
import type { JsonObject } from "./json_schema.ts";

/** Fields that are named at most. */
const MAX_NAMED = 20;

/**
 * Refuses unknown fields of a body when the request says `Prefer: handling=strict`.
 * @param schema Of the body, as the OpenAPI document has it; asked only when it is needed.
 * @throws {RealtimeError} `invalid`, with each field's path
 */
export function refuseUnknown(
  c: AppContext,
  schema: () => JsonObject,
  body: Json,
): void {
  if (!wantsStrict(c.req.header("prefer"))) return;
  c.header("Preference-Applied", "handling=strict");
  const unknown = unknownFields(schema(), body);
  if (unknown.length === 0) return;
  throw new RealtimeError("invalid", "Cannot accept fields that are unknown", {
    errors: unknown.slice(0, MAX_NAMED).map((path) => ({
      path,
      message: "Unknown field",
    })),
  });
}

/** Of several preferences in one header, or in several that were joined. */
function wantsStrict(header: string | undefined): boolean {
  return (header ?? "").split(",").some((one) =>
    /^\s*handling\s*=\s*"?strict"?\s*(;|$)/i.test(one)
  );
}

/** Paths of fields that no schema names, e.g. `alternatives.0.lable`. */
export function unknownFields(
  schema: JsonObject,
  value: Json,
  path = "",
): readonly string[] {
  const at = (name: string | number) =>
    path === "" ? `${name}` : `${path}.${name}`;
  if (Array.isArray(value)) {
    const { items, prefixItems } = schema;
    const places = listOf(prefixItems);
    return value.flatMap((one: Json, index) =>
      unknownFields(recordOf(places[index] ?? items) ?? {}, one, at(index))
    );
  }
  const choices = choicesOf(schema);
  if (choices.length > 0) {
    // What the value was meant to be is what it fits best.
    const found = choices.filter((choice) => mayBe(choice, value))
      .map((choice) => unknownFields(merged(schema, choice), value, path));
    return found.toSorted((a, b) => a.length - b.length)[0] ?? [];
  }
  const properties = recordOf(schema.properties);
  const others = schema.additionalProperties;
  if (!isJsonObject(value)) return [];
  if (properties === null && others === undefined) return [];
  return Object.entries(value).flatMap(([name, one]) => {
    const known = properties && Object.hasOwn(properties, name)
      ? recordOf(properties[name])
      : undefined;
    if (known) return unknownFields(known, one, at(name));
    if (others === true) return [];
    const other = recordOf(others);
    return other ? unknownFields(other, one, at(name)) : [at(name)];
  });
}

function choicesOf(schema: JsonObject): readonly JsonObject[] {
  return [...listOf(schema.anyOf), ...listOf(schema.oneOf)]
    .map(recordOf).filter((one) => one !== null);
}

/** A choice may stand beside fields that all choices share. */
function merged(schema: JsonObject, choice: JsonObject): JsonObject {
  const { anyOf: _, oneOf: __, ...rest } = schema;
  const own = recordOf(rest.properties);
  if (own === null) return choice;
  return { ...choice, properties: { ...own, ...recordOf(choice.properties) } };
}

/** Whether a value is of a choice's kind, told by its fixed fields. */
function mayBe(choice: JsonObject, value: Json): boolean {
  const kind = choice.type;
  if (kind === "object" && !isJsonObject(value)) return false;
  if (kind === "array" && !Array.isArray(value)) return false;
  if (!isJsonObject(value)) return true;
  return Object.entries(recordOf(choice.properties) ?? {}).every((
    [name, field],
  ) => {
    const fixed = recordOf(field)?.const;
    return fixed === undefined || value[name] === fixed;
  });
}
