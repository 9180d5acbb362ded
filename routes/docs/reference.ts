/** The operations of an OpenAPI document, as the pages of the reference show them. */
import { listOf, recordOf, textOf } from "../../domain/read_json.ts";
import type { Json } from "../../realtime/json.ts";
import type { JsonObject } from "../api/json_schema.ts";

export interface Parameter {
  readonly name: string;
  readonly place: "path" | "query" | "header";
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: JsonObject;
}

export interface DescribedAnswer {
  readonly status: string;
  readonly description: string;
  readonly schema: JsonObject | undefined;
}

export interface DescribedOperation {
  readonly id: string;
  readonly tag: string;
  readonly method: string;
  /** In OpenAPI's form, e.g. `/api/v1/jobs/{jobId}`. */
  readonly path: string;
  readonly summary: string;
  /** Answered to nobody in particular too. */
  readonly isPublic: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: JsonObject | undefined;
  readonly answers: readonly DescribedAnswer[];
}

/** In the document's order, its tags in the order in which they first come. */
export function operationsOf(document: JsonObject): DescribedOperation[] {
  return entriesOf(document.paths).flatMap(([path, methods]) =>
    entriesOf(methods).map(([method, operation]) =>
      operationOf(path, method, recordOf(operation) ?? {})
    )
  );
}

/** A tag as it stands in an address: `Decision tables` is `decision-tables`. */
export function tagPath(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** Examples a schema gives, the first first. */
export function examplesOf(schema: JsonObject | undefined): readonly Json[] {
  return listOf(schema?.examples);
}

function operationOf(
  path: string,
  method: string,
  operation: JsonObject,
): DescribedOperation {
  const body = recordOf(operation.requestBody ?? null);
  return {
    id: textOf(operation.operationId) ?? `${method} ${path}`,
    tag: textOf(listOf(operation.tags)[0]) ?? "Other",
    method: method.toUpperCase(),
    path,
    summary: textOf(operation.summary) ?? "",
    isPublic: listOf(operation.security).length === 0,
    parameters: listOf(operation.parameters).flatMap(parameterOf),
    body: body ? schemaIn(body.content) : undefined,
    answers: entriesOf(operation.responses).map(([status, answer]) => {
      const { description, content } = recordOf(answer) ?? {};
      return {
        status,
        description: textOf(description) ?? "",
        schema: schemaIn(content),
      };
    }),
  };
}

function parameterOf(value: Json): readonly Parameter[] {
  const { name, in: place, required, description, schema } = recordOf(value) ??
    {};
  if (place !== "path" && place !== "query" && place !== "header") return [];
  return [{
    name: textOf(name) ?? "",
    place,
    required: required === true,
    description: textOf(description) ?? undefined,
    schema: recordOf(schema ?? null) ?? {},
  }];
}

function schemaIn(content: Json | undefined): JsonObject | undefined {
  const [first] = entriesOf(content);
  const schema = first && recordOf(recordOf(first[1])?.schema ?? null);
  return schema ?? undefined;
}

function entriesOf(value: Json | undefined): readonly [string, Json][] {
  return Object.entries(recordOf(value ?? null) ?? {});
}
