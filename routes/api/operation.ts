/** One API operation: its definition serves routing, checks, and the OpenAPI document. */
import type { Hono } from "hono";
import { z } from "zod";
import type { User } from "../../realtime/user.ts";
import type { Action } from "../../domain/access.ts";
import { demand } from "../access.ts";
import type { AppContext, Env } from "../env.ts";
import { parseJson } from "../json_body.ts";
import { invalid, problem } from "../problem.ts";
import { type JsonObject, schemaOf } from "./json_schema.ts";
import type { IdempotencyKeys } from "./idempotency.ts";
import { refuseUnknown } from "./unknown_fields.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** @default application/json */
  readonly mediaType?: string;
}

/** The parts of a request that carry input, each with its schema. */
export type InputShape = {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** An empty body is read as `{}`. */
  readonly body?: z.ZodType;
};

interface Described {
  readonly method: Method;
  /** In OpenAPI's form, e.g. `/api/v1/connections/{connectionId}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly answers: Readonly<Record<number, Answer>>;
}

/** What an operation's code gets: who asks, and its checked input. */
export type Call<Shape extends InputShape> =
  & { readonly c: AppContext; readonly user: User }
  & z.infer<z.ZodObject<Shape>>;

export interface Operation<Shape extends InputShape> extends Described {
  /** Asked of the server as a whole before the input is read; without it, being signed in is enough. */
  readonly action?: Action;
  readonly input: Shape;
  /**
   * How a POST keeps `Idempotency-Key`: as messageId in the log, or here for a while.
   * @default "memory"
   */
  readonly idempotency?: "message_id" | "memory";
  run(call: Call<Shape>): Response | Promise<Response>;
}

/** A definition ready to be mounted and described; its types are closed over. */
export interface Route extends Described {
  /** Answered to nobody in particular too. */
  readonly public: boolean;
  readonly input: InputShape;
  /** Describes the body where `input.body` does not. */
  readonly bodySchema?: JsonObject;
  handle(c: AppContext, keys: IdempotencyKeys): Response | Promise<Response>;
}

export function operation<Shape extends InputShape>(
  definition: Operation<Shape>,
): Route {
  const { action, input, idempotency = "memory", run } = definition;
  const schema = z.object(input);
  let bodySchema: JsonObject | undefined;
  const known = () =>
    bodySchema ??= input.body ? schemaOf(input.body, "input") : {};
  const call = async (c: AppContext, user: User) => {
    const given = await inputOf(c, input);
    refuseUnknown(c, known, given.body);
    const parsed = schema.safeParse(given);
    if (!parsed.success) return problem(c, withoutPart(invalid(parsed.error)));
    return await run({ c, user, ...parsed.data });
  };
  return {
    ...definition,
    public: false,
    handle: async (c, keys) => {
      const user = c.get("user");
      if (user === undefined) return unauthorized(c);
      if (action !== undefined) demand(user, action, { kind: "server" });
      if (definition.method !== "POST" || idempotency === "message_id") {
        return await call(c, user);
      }
      return await keys.once(c, user, () => call(c, user));
    },
  };
}

/** An operation that needs no sign-in and takes no input. */
export function publicOperation(
  definition: Described & {
    run(c: AppContext): Response | Promise<Response>;
  },
): Route {
  const { run } = definition;
  return { ...definition, public: true, input: {}, handle: (c) => run(c) };
}

/** Mounts the routes, then what answers their paths under any other method. */
export function mount(
  app: Hono<Env>,
  routes: readonly Route[],
  keys: IdempotencyKeys,
): void {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ":$1");
    app.on(route.method, path, (c) => route.handle(c, keys));
    const known = methods.get(path) ?? [];
    known.push(...route.method === "GET" ? ["GET", "HEAD"] : [route.method]);
    methods.set(path, known);
  }
  for (const [path, known] of methods) {
    const allow = known.join(", ");
    app.all(path, (c) => {
      c.header("Allow", allow);
      const detail = `Cannot ${c.req.method} this: allowed is ${allow}`;
      return problem(c, { code: "invalid", status: 405, detail });
    });
  }
}

export function unauthorized(c: AppContext): Response {
  const detail = "Cannot tell who asks: sign in or send a bearer token";
  return problem(c, { code: "unauthorized", detail });
}

async function inputOf(c: AppContext, shape: InputShape) {
  const text = shape.body ? await c.req.text() : "";
  return {
    params: c.req.param(),
    query: c.req.query(),
    body: text === "" ? {} : parseJson(text),
  };
}

/** Callers know `limit`, not that it was looked for in `query`. */
function withoutPart(details: ReturnType<typeof invalid>) {
  const errors = details.errors?.map(({ path, message }) => ({
    path: path.split(".").slice(1).join("."),
    message,
  }));
  return { ...details, errors };
}
