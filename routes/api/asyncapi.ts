/** Serves the AsyncAPI document to anyone, as the OpenAPI document is. */
import type { JsonObject } from "./json_schema.ts";
import { publicOperation, type Route } from "./operation.ts";

export const ASYNCAPI_PATH = "/api/v1/asyncapi.json";

export function asyncApiRoute(document: JsonObject): Route {
  const text = JSON.stringify(document);
  return publicOperation({
    method: "GET",
    path: ASYNCAPI_PATH,
    summary: "What travels over the socket, as AsyncAPI",
    tag: "Operations",
    answers: { 200: { description: "AsyncAPI 3.0" } },
    run: (c) => c.body(text, 200, { "Content-Type": "application/json" }),
  });
}
