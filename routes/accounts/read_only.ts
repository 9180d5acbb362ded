/** What a token that may only look is refused over HTTP: every call that is not a look. */
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Env } from "../env.ts";
import { problem } from "../problem.ts";

const LOOKS = new Set(["GET", "HEAD", "OPTIONS"]);

export const refuseChanges: MiddlewareHandler<Env> = createMiddleware<Env>(
  async (c, next) => {
    const isAllowed = c.get("user")?.readOnly !== true ||
      LOOKS.has(c.req.method);
    if (isAllowed) return await next();
    return problem(c, {
      code: "forbidden",
      reason: "read_only",
      detail: "Cannot change anything with a token of scope read",
    });
  },
);
