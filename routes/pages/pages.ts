/** Every page and every form of a page, and the files they load. */
import { Hono } from "hono";
import type { AppContext, Env } from "../env.ts";
import { alertsPage } from "./alerts.tsx";
import { analysisPage } from "./analysis.tsx";
import { auditPage } from "./audit.tsx";
import { decisionPages } from "./decision.tsx";
import { decisionCsv } from "./decision_csv.ts";
import { decisionEditPage } from "./decision_edit.tsx";
import { decisionNewPage } from "./decision_new.tsx";
import { decisionsPage } from "./decisions.tsx";
import { designPage } from "./design.tsx";
import { evaluationPage } from "./evaluation.tsx";
import { evaluationNewPage } from "./evaluation_new.tsx";
import { homePage } from "./home.tsx";
import { inboxPage } from "./inbox.tsx";
import { learningPage } from "./learning.tsx";
import { loginPages } from "./login.tsx";
import type { PageParts } from "./page_parts.ts";
import { pollForms } from "./poll_forms.tsx";
import { errorPage, notFoundPage } from "./problems.tsx";
import { rulePages } from "./rule.tsx";
import { rulesPage } from "./rules.tsx";
import { sessionPages } from "./session.tsx";
import { sessionsPages } from "./sessions.tsx";
import { staticRoutes } from "./static.ts";
import { verifierPage } from "./verifier.ts";

export type { PageParts } from "./page_parts.ts";

/** Mount it before routes that answer the same paths with JSON: what is no page is passed on. */
export function pageRoutes(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => errorPage(c, parts, error));
  app.route("/", staticRoutes());
  app.route("/", verifierPage());
  app.route("/", loginPages(parts));
  app.route("/", homePage(parts));
  app.route("/", inboxPage(parts));
  app.route("/", sessionsPages(parts));
  app.route("/", sessionPages(parts));
  app.route("/", analysisPage(parts));
  app.route("/", pollForms(parts));
  if (parts.alerts) app.route("/", alertsPage(parts, parts.alerts));
  app.route("/", decisionsPage(parts));
  app.route("/", decisionNewPage(parts));
  app.route("/", decisionCsv(parts));
  app.route("/", decisionEditPage(parts));
  app.route("/", decisionPages(parts));
  if (parts.rules) {
    app.route("/", rulesPage(parts, parts.rules));
    app.route("/", rulePages(parts, parts.rules));
    app.route("/", evaluationNewPage(parts, parts.rules));
    app.route("/", evaluationPage(parts, parts.rules));
  }
  if (parts.learning) app.route("/", learningPage(parts, parts.learning));
  if (parts.audit) app.route("/", auditPage(parts, parts.audit));
  if (parts.development) app.route("/", designPage(parts));
  app.get("*", async (c, next) => {
    if (!wantsPage(c)) return await next();
    return notFoundPage(c, parts, "page");
  });
  return app;
}

/** A browser that goes somewhere; programs and the API keep their own answers. */
function wantsPage(c: AppContext): boolean {
  return !c.req.path.startsWith("/api/") &&
    (c.req.header("accept") ?? "").includes("text/html");
}
