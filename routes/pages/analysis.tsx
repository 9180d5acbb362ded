/** One kept analysis: method, matrix and weights as they were, the ranking they came to, the working. */
import { Hono } from "hono";
import { figuresOf } from "../../islands/decision_engine.ts";
import type { Env } from "../env.ts";
import { seenSession } from "../session_sight.ts";
import { asDecision, readAnalysis } from "./analysis_record.ts";
import { AnalysisView } from "./AnalysisView.tsx";
import { keptEntry } from "./kept_entry.ts";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

export function analysisPage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/sessions/:sessionId/analyses/:analysisId", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const { sessionId, analysisId } = c.req.param();
    const session = await seenSession(parts.commands, user, sessionId);
    if (session === null) return await notFoundPage(c, parts, "session");
    const entry = await keptEntry(parts, session, {
      kind: "analysis",
      id: analysisId,
    });
    const analysis = entry && readAnalysis(entry.body);
    if (!analysis) return await notFoundPage(c, parts, "page");
    const decision = asDecision(analysis, entry.kept.at);
    return await renderPage(c, parts, {
      title: analysis.title ?? "Analysis",
      body: (
        <AnalysisView
          session={{ id: session.id, title: session.title }}
          analysis={analysis}
          decision={decision}
          figures={figuresOf(decision, { flips: false })}
          kept={entry.kept}
          now={(parts.now ?? Date.now)()}
          zone={zoneOf(c)}
        />
      ),
    });
  });
  return app;
}
