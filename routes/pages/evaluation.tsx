/** One kept evaluation: what was recommended, what every rule said and why, on which facts. */
import { Hono } from "hono";
import {
  RULES_CHANNEL,
  ruleSubject,
} from "../../domain/rules/book/rule_commands.ts";
import type { Session } from "../../domain/sessions/session.ts";
import type { RuleTracesState } from "../../islands/RuleTraces.tsx";
import type { User } from "../../realtime/user.ts";
import type { Env } from "../env.ts";
import type { RuleParts } from "../rule_parts.ts";
import { seenSession } from "../session_sight.ts";
import { asked } from "./asked.ts";
import {
  type KeptEvaluation,
  readEvaluation,
  type ShownResult,
  shownResult,
} from "./evaluation_record.ts";
import { EvaluationView, type Judged, traceId } from "./EvaluationView.tsx";
import { keptEntry } from "./kept_entry.ts";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

export function evaluationPage(parts: PageParts, rules: RuleParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/sessions/:sessionId/evaluations/:evaluationId", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const { sessionId, evaluationId } = c.req.param();
    const session = await seenSession(parts.commands, user, sessionId);
    if (session === null) return await notFoundPage(c, parts, "session");
    const entry = await keptEntry(parts, session, {
      kind: "evaluation",
      id: evaluationId,
    });
    const evaluation = entry && readEvaluation(entry.body);
    if (!evaluation) return await notFoundPage(c, parts, "page");
    const results = await shownResults(parts, rules, evaluation);
    const judged = await judgedResults(parts.learning, results, {
      user,
      session,
      evaluationId,
    });
    const state: RuleTracesState = { traces: tracesOf(results) };
    return await renderPage(c, parts, {
      title: evaluation.title ?? "Evaluation of rules",
      islands: Object.keys(state.traces).length > 0
        ? { RuleTraces: state }
        : {},
      body: (
        <EvaluationView
          session={{ id: session.id, title: session.title }}
          evaluation={evaluation}
          results={results}
          judged={judged}
          messageId={(parts.newId ?? (() => crypto.randomUUID()))()}
          kept={entry.kept}
          now={(parts.now ?? Date.now)()}
          zone={zoneOf(c)}
        />
      ),
    });
  });
  return app;
}

/**
 * Which results one can call right or wrong, and what is known of their rules. Only an answer
 * can be; and what was sent along under the id of a kept rule would count for that one.
 */
async function judgedResults(
  learning: PageParts["learning"],
  results: readonly ShownResult[],
  { user, session, evaluationId }: {
    readonly user: User;
    readonly session: Session;
    readonly evaluationId: string;
  },
): Promise<ReadonlyMap<string, Judged>> {
  if (learning === undefined) return new Map();
  const { reading } = learning;
  const answered = results.filter(({ result, isKept, isTaken }) =>
    (result === "FAIL" || result === "PASS") && (isKept || !isTaken)
  );
  return new Map(
    await Promise.all(answered.map(async ({ ruleId: id }) => {
      const subject = { kind: "rule", id, evaluationId } as const;
      const one: Judged = {
        trust: await reading.of("rule", id),
        asked: await asked({ reading, user }, {
          subject,
          session,
          from: "evaluation",
        }),
      };
      return [id, one] as const;
    })),
  );
}

/** What asks for somebody first, the highest score before others; then in the order they were named. */
const FIRST = ["FAIL", "ERROR", "TIMEOUT", "PASS", "SKIPPED"] as const;

async function shownResults(
  { commands }: PageParts,
  { area }: RuleParts,
  { results, names }: KeptEvaluation,
): Promise<readonly ShownResult[]> {
  const shown = await Promise.all(results.map(async (result) => {
    const { state } = await commands.state(
      area,
      RULES_CHANNEL,
      ruleSubject(result.ruleId),
    );
    return shownResult(result, names, state);
  }));
  return shown.sort((a, b) =>
    FIRST.indexOf(a.result) - FIRST.indexOf(b.result) || b.score - a.score
  );
}

function tracesOf(results: readonly ShownResult[]): RuleTracesState["traces"] {
  return Object.fromEntries(
    results.flatMap(({ source, trace }, index) =>
      source !== null && trace !== null
        ? [[traceId(index), { source, trace }]]
        : []
    ),
  );
}
