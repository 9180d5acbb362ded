/** Every page and every form of a page, and the files they load. */
import { Hono } from "hono";
import type { AppContext, Env } from "../env.ts";
import { accountPage } from "./account.tsx";
import { accountLoginPages } from "./account_login.tsx";
import { accountTokensPage } from "./account_tokens.tsx";
import { alertsPage } from "./alerts.tsx";
import { analysisPage } from "./analysis.tsx";
import { auditPage } from "./audit.tsx";
import { decisionPages } from "./decision.tsx";
import { decisionCsv } from "./decision_csv.ts";
import { decisionEditPage } from "./decision_edit.tsx";
import { decisionNewPage } from "./decision_new.tsx";
import { decisionsPage } from "./decisions.tsx";
import { demoForms } from "./demo_forms.ts";
import { designPage } from "./design.tsx";
import { evaluationPage } from "./evaluation.tsx";
import { evaluationNewPage } from "./evaluation_new.tsx";
import { homePage } from "./home.tsx";
import { inboxPage } from "./inbox.tsx";
import { invitePage } from "./invite.tsx";
import { jobPage } from "./job.tsx";
import { jobsPage } from "./jobs.tsx";
import { learningPage } from "./learning.tsx";
import { loginPages } from "./login.tsx";
import { opsPage } from "./ops.tsx";
import { opsConnectionPage } from "./ops_connection.tsx";
import { opsConnectionsPage } from "./ops_connections.tsx";
import { opsDisconnectPages } from "./ops_disconnect.tsx";
import { opsLogPage } from "./ops_log.tsx";
import { opsCachePage } from "./ops_cache.tsx";
import { opsUsersPage } from "./ops_users.tsx";
import type { PageParts } from "./page_parts.ts";
import { pollForms } from "./poll_forms.tsx";
import { createLibrary } from "../docs/library.ts";
import { docsPages } from "./docs.tsx";
import { docsApiPages } from "./docs_api.tsx";
import { docsEventsPage } from "./docs_events.tsx";
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
  if (parts.accounts) {
    app.route("/", accountLoginPages(parts, parts.accounts));
    app.route("/", invitePage(parts, parts.accounts));
    app.route("/", accountPage(parts, parts.accounts));
    app.route("/", accountTokensPage(parts, parts.accounts));
    app.route("/", opsUsersPage(parts, parts.accounts));
  } else app.route("/", loginPages(parts));
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
  if (parts.jobs) {
    app.route("/", jobsPage(parts, parts.jobs));
    app.route("/", jobPage(parts, parts.jobs));
  }
  if (parts.demoCase) app.route("/", demoForms(parts.demoCase));
  app.route("/", opsPage(parts));
  if (parts.ops) {
    app.route("/", opsConnectionsPage(parts, parts.ops));
    app.route("/", opsConnectionPage(parts, parts.ops));
    app.route("/", opsDisconnectPages(parts, parts.ops));
    app.route("/", opsLogPage(parts, parts.ops));
  }
  if (parts.cache) app.route("/", opsCachePage(parts, parts.cache));
  const library = createLibrary();
  app.route("/", docsPages(parts, library));
  app.route("/", docsApiPages(parts, library));
  app.route("/", docsEventsPage(parts, library));
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
