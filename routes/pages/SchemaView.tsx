/** A JSON Schema for people: fields with their kind, what they may be and what they mean. */
import { listOf, recordOf, textOf } from "../../domain/read_json.ts";
import type { Json } from "../../realtime/json.ts";
import type { JsonObject } from "../api/json_schema.ts";

/** Deeper than that a schema says no more than its example. */
const MAX_DEPTH = 5;

export function SchemaView(
  { schema, depth = 0 }: {
    readonly schema: JsonObject;
    readonly depth?: number;
  },
) {
  const fields = fieldsOf(schema);
  const choices = choicesOf(schema);
  if (depth > MAX_DEPTH) return null;
  if (fields.length > 0) {
    return (
      <ul class="docs-fields">
        {fields.map(({ name, isRequired, field }) => (
          <li key={name}>
            <code>{name}</code> <span class="docs-kind">{kindOf(field)}</span>
            {isRequired && <span class="docs-required">required</span>}
            <Limits schema={field} />
            {textOf(field.description) && (
              <span class="docs-meaning">{textOf(field.description)}</span>
            )}
            <Inner schema={field} depth={depth} />
          </li>
        ))}
      </ul>
    );
  }
  if (choices.length > 0) {
    return (
      <ul class="docs-choices">
        {choices.map((choice, index) => (
          <li key={index}>
            <span class="docs-kind">{nameOf(choice) ?? kindOf(choice)}</span>
            <SchemaView schema={choice} depth={depth + 1} />
          </li>
        ))}
      </ul>
    );
  }
  return <Inner schema={schema} depth={depth} />;
}

/** What stands in a list or a record, or the fields of an object in a field. */
function Inner(
  { schema, depth }: { readonly schema: JsonObject; readonly depth: number },
) {
  const inner = innerOf(schema);
  if (!inner || depth >= MAX_DEPTH) return null;
  return <SchemaView schema={inner} depth={depth + 1} />;
}

function innerOf(schema: JsonObject): JsonObject | undefined {
  if (hasParts(schema)) return schema;
  const item = recordOf(schema.items ?? null) ??
    recordOf(schema.additionalProperties ?? null);
  return item && (hasParts(item) || innerOf(item)) ? item : undefined;
}

function hasParts(schema: JsonObject): boolean {
  return fieldsOf(schema).length > 0 ||
    choicesOf(schema).some((choice) => hasParts(choice));
}

function Limits({ schema }: { readonly schema: JsonObject }) {
  const words = limitsOf(schema);
  return words === "" ? null : <span class="docs-limits">{words}</span>;
}

function limitsOf(schema: JsonObject): string {
  const words = [
    range(schema.minimum ?? schema.exclusiveMinimum, schema.maximum, ""),
    range(schema.minLength, schema.maxLength, " characters"),
    range(schema.minItems, schema.maxItems, " items"),
    schema.default === undefined
      ? undefined
      : `default ${JSON.stringify(schema.default)}`,
  ];
  return words.filter((one) => one !== undefined).join(", ");
}

/** Limits that only say how far a number reaches are left out. */
function range(
  from: Json | undefined,
  to: Json | undefined,
  unit: string,
): string | undefined {
  const least = typeof from === "number" && from > -1e12 ? from : undefined;
  const most = typeof to === "number" && to < 1e12 ? to : undefined;
  if (least !== undefined && most !== undefined) {
    return `${least} to ${most}${unit}`;
  }
  if (most !== undefined) return `at most ${most}${unit}`;
  return least !== undefined ? `at least ${least}${unit}` : undefined;
}

/** `string`, `"a" | "b"`, `number[]`, `object by name`. */
export function kindOf(schema: JsonObject): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const values = listOf(schema.enum);
  if (values.length > 0) {
    return values.map((value) => JSON.stringify(value)).join(" | ");
  }
  const choices = choicesOf(schema);
  if (choices.length > 0) {
    return [...new Set(choices.map(kindOf))].join(" | ");
  }
  const item = recordOf(schema.items ?? null);
  if (item) {
    const kind = kindOf(item);
    return kind.includes(" ") ? `(${kind})[]` : `${kind}[]`;
  }
  const held = recordOf(schema.additionalProperties ?? null);
  if (held && fieldsOf(schema).length === 0 && Object.keys(held).length > 0) {
    return `${kindOf(held)} by name`;
  }
  const kind = textOf(schema.type);
  if (kind !== null) return kind;
  return schema.$ref === undefined ? "any JSON" : refName(schema.$ref);
}

function refName(ref: Json): string {
  return typeof ref === "string" ? ref.slice(ref.lastIndexOf("/") + 1) : "";
}

/** Of a choice the value that tells it from the others. */
function nameOf(schema: JsonObject): string | undefined {
  const fixed = fieldsOf(schema).find(({ field }) => field.const !== undefined);
  return fixed && `${fixed.name}: ${JSON.stringify(fixed.field.const)}`;
}

function fieldsOf(schema: JsonObject) {
  const required = listOf(schema.required);
  return Object.entries(recordOf(schema.properties ?? null) ?? {}).map((
    [name, field],
  ) => ({
    name,
    field: recordOf(field) ?? {},
    isRequired: required.includes(name),
  }));
}

function choicesOf(schema: JsonObject): readonly JsonObject[] {
  return [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) =>
    listOf(list).map(recordOf).filter((choice) => choice !== null)
  );
}
