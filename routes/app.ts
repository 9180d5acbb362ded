/** The HTTP side put together: guards first, then the API, then the pages. */
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { accountRoutes } from "./api/accounts.ts";
import { WEBHOOK_PATH } from "./api/alert_webhook.ts";
import { ASYNCAPI_PATH, asyncApiRoute } from "./api/asyncapi.ts";
import { channelRoutes } from "./api/channels.ts";
import { connectionRoutes } from "./api/connections.ts";
import { consensusRoutes } from "./api/consensus.ts";
import { decisionRoutes } from "./api/decisions.ts";
import { decisionTableRoutes } from "./api/decision_tables.ts";
import { IdempotencyKeys } from "./api/idempotency.ts";
import { calibrationRoutes } from "./api/learning.ts";
import { openApi, OPENAPI_PATH, openApiRoute } from "./api/openapi.ts";
import { mount, type Route, unauthorized } from "./api/operation.ts";
import { ruleEvaluationRoutes } from "./api/rule_evaluations.ts";
import { systemRoutes } from "./api/system.ts";
import { tokenRoutes } from "./api/tokens.ts";
import { userRoutes } from "./api/users.ts";
import { passwordRoutes } from "./accounts/auth_routes.ts";
import { providerRoutes } from "./accounts/provider_routes.ts";
import { refuseChanges } from "./accounts/read_only.ts";
import { authRoutes } from "./auth.ts";
import type { Logger } from "../realtime/logger.ts";
import type { AppContext, Env } from "./env.ts";
import type { Parts } from "./parts.ts";
import { problem, problemOf } from "./problem.ts";
import { limitRate } from "./rate_limit.ts";
import { limitBody } from "./limit_body.ts";
import { refuseForgery, securityHeaders } from "./security.ts";

/** What is asked by nobody who is signed in: the webhook's signature says who. */
const ANONYMOUS = [ASYNCAPI_PATH, OPENAPI_PATH, WEBHOOK_PATH];

/** Everything but `/ws`, which is answered before: an upgrade must not pass through here. */
export function createApp(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  const logger = parts.logger("http");
  app.use(logRequests(logger, parts.figures));
  app.use(securityHeaders(parts.origin));
  if (parts.caughtUp) app.use(parts.caughtUp.middleware());
  app.use(createMiddleware<Env>(async (c, next) => {
    const identity = parts.identify.request(c.req.raw);
    c.set("identity", identity);
    c.set("user", identity?.user);
    await next();
  }));
  app.use(limitRate(parts.rateLimit));
  app.use(refuseForgery(parts.origin));
  // Nobody learns which paths exist: 401 comes before 404.
  app.use("/api/v1/*", async (c, next) => {
    c.header("Cache-Control", "no-store");
    if (c.get("user") === undefined && !ANONYMOUS.includes(c.req.path)) {
      return unauthorized(c);
    }
    await next();
  });
  app.use(refuseChanges);
  app.use(limitBody);
  const routes = apiRoutes(parts);
  mount(app, routes, new IdempotencyKeys());
  const documents = {
    openApi: openApi(routes, parts.version),
    asyncApi: parts.asyncApi,
  };
  app.use("/docs/*", async (c, next) => {
    c.set("documents", documents);
    await next();
  });
  const { accounts } = parts;
  // Browsers ask for these too, and they are no pages.
  if (accounts?.oidc) app.route("/", providerRoutes(accounts, accounts.oidc));
  // Pages first: they answer forms, and pass on what programs send to the same paths.
  if (parts.pages !== undefined) app.route("/", parts.pages);
  app.route("/", accounts ? passwordRoutes(accounts) : authRoutes(parts));
  app.notFound((c) =>
    problem(c, {
      code: "not_found",
      detail: `Cannot find ${c.req.path}`,
    })
  );
  app.onError((error, c) => {
    const details = problemOf(error);
    if (details.code === "internal") {
      logger.error("request failed", {
        ...requestProperties(c.req.raw),
        ...userProperties(c),
        error,
      });
    }
    return problem(c, details);
  });
  return app;
}

/** Every API route, the document of them included. */
export function apiRoutes(parts: Parts): readonly Route[] {
  const routes = [
    ...systemRoutes(parts),
    ...connectionRoutes(parts),
    ...channelRoutes(parts),
    ...userRoutes(parts),
    ...consensusRoutes(),
    ...decisionTableRoutes(),
    ...decisionRoutes(parts.decisions),
    ...calibrationRoutes(),
    ...ruleEvaluationRoutes(parts.ruleEvaluation),
    ...parts.accounts ? accountRoutes(parts.accounts) : [],
    ...parts.accounts ? tokenRoutes(parts.accounts) : [],
    ...parts.routes,
    ...parts.asyncApi ? [asyncApiRoute(parts.asyncApi)] : [],
  ];
  return [...routes, openApiRoute(routes, parts.version)];
}

function logRequests(logger: Logger, figures: Parts["figures"]) {
  return createMiddleware<Env>(async (c, next) => {
    const startedAt = performance.now();
    await next();
    const durationMs = performance.now() - startedAt;
    figures?.count(c.res.status, durationMs);
    logger.debug("request", {
      ...requestProperties(c.req.raw),
      status: c.res.status,
      durationMs: Math.round(durationMs * 10) / 10,
      ...userProperties(c),
      ...(c.env?.remoteAddress ? { address: c.env.remoteAddress } : {}),
    });
  });
}

function userProperties(c: AppContext) {
  const userId = c.get("user")?.userId;
  return userId === undefined ? {} : { userId };
}

function requestProperties(request: Request) {
  // The query may hold a ticket; paths never do.
  return { method: request.method, path: URL.parse(request.url)?.pathname };
}
