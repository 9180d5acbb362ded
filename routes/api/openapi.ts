/** The OpenAPI 3.1 document, made from the same definitions that answer the requests. */
import { z } from "zod";
import type { Json } from "../../realtime/json.ts";
import { cookieName } from "../auth_identify.ts";
import { type JsonObject, schemaOf } from "./json_schema.ts";
import { Problem } from "../problem.ts";
import { publicOperation, type Route } from "./operation.ts";

export const OPENAPI_PATH = "/api/v1/openapi.json";

/** The route that serves the document of `routes` and of itself. */
export function openApiRoute(
  routes: readonly Route[],
  version: string,
): Route {
  const own = publicOperation({
    method: "GET",
    path: OPENAPI_PATH,
    summary: "This document",
    tag: "Operations",
    answers: { 200: { description: "OpenAPI 3.1" } },
    run: (c) => c.body(text, 200, { "Content-Type": "application/json" }),
  });
  const text = JSON.stringify(openApi([...routes, own], version));
  return own;
}

export function openApi(
  routes: readonly Route[],
  version: string,
): JsonObject {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path][route.method.toLowerCase()] = operationObject(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Regulens",
      version,
      description:
        "Times are ISO 8601 UTC; publications keep the socket's ms since 1970.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem, "output") },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: cookieName(true) },
      },
    },
  };
}

function operationObject(route: Route): JsonObject {
  const { input, method, path, public: open } = route;
  const responses = Object.entries(route.answers).map((
    [status, { description, schema, mediaType }],
  ) => [status, {
    description,
    ...(schema
      ? { content: content(schemaOf(schema, "output"), mediaType) }
      : {}),
  }]);
  const body = route.bodySchema ??
    (input.body && schemaOf(input.body, "input"));
  return {
    operationId: operationId(method, path),
    summary: route.summary,
    tags: [route.tag],
    security: open ? [] : [{ bearer: [] }, { session: [] }],
    parameters: [
      ...parametersOf(input.params, "path"),
      ...parametersOf(input.query, "query"),
      ...(method === "POST" ? [IDEMPOTENCY_KEY] : []),
      ...(body ? [PREFER] : []),
    ],
    ...(body
      ? {
        requestBody: { required: needsBody(body), content: content(body) },
      }
      : {}),
    responses: { ...Object.fromEntries(responses), default: PROBLEM },
  };
}

const PREFER = {
  name: "Prefer",
  in: "header",
  required: false,
  description: "handling=strict refuses fields that are unknown (RFC 7240)",
  schema: { type: "string" },
};

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "The same key and body gives the first answer again",
  schema: { type: "string", minLength: 1, maxLength: 128 },
};

const PROBLEM = {
  description: "A problem (RFC 9457)",
  content: {
    "application/problem+json": {
      schema: { $ref: "#/components/schemas/Problem" },
    },
  },
};

function parametersOf(
  schema: z.ZodObject | undefined,
  place: "path" | "query",
): JsonObject[] {
  return Object.entries(schema?.shape ?? {}).map(([name, value]) => ({
    name,
    in: place,
    required: place === "path" || !z.safeParse(value, undefined).success,
    schema: schemaOf(value, "input"),
  }));
}

/** An empty body is read as `{}`: enough where no field is needed. */
function needsBody({ required }: JsonObject): boolean {
  return Array.isArray(required) && required.length > 0;
}

function content(
  schema: JsonObject,
  mediaType = "application/json",
): JsonObject {
  return { [mediaType]: { schema } };
}

/** `POST /api/v1/users/{userId}/messages` → `postUsersUserIdMessages`. */
function operationId(method: string, path: string): string {
  const words = path.replace("/api/v1", "").split(/\W+/).filter(Boolean)
    .map((word) => word[0].toUpperCase() + word.slice(1));
  return method.toLowerCase() + words.join("");
}
