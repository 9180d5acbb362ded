/** What a rule's page shows of its trust: the belief, what moved it, its newest results to judge. */
import { z } from "zod";
import { LEARNING_CHANNEL } from "../../domain/learning/feedback_command.ts";
import {
  resultPrefix,
  RESULTS_VIEW,
} from "../../domain/rules/book/evaluation_view.ts";
import { RULE_RESULTS } from "../../domain/rules/risk_score.ts";
import type { User } from "../../realtime/user.ts";
import type { Learned } from "../learning_reading.ts";
import { seenSession } from "../session_sight.ts";
import { type Asked, asked } from "./asked.ts";
import { readEvaluation } from "./evaluation_record.ts";
import { keptEntry } from "./kept_entry.ts";
import { LearningList, type ShownChange } from "./learning_list.ts";
import type { LearningPageParts } from "./learning.tsx";
import type { PageParts } from "./page_parts.ts";

/** Results that are shown, and rows looked at for them: a reader may see few of the sessions. */
const MAX_RESULTS = 8;
const MAX_ROWS = 100;
const MAX_CHANGES = 5;

const Row = z.object({
  channel: z.string().startsWith("session:"),
  evaluationId: z.string(),
  at: z.number(),
  result: z.enum(RULE_RESULTS),
});

export interface JudgedResult {
  readonly evaluationId: string;
  /** Its evaluation's, else its session's. */
  readonly title: string;
  readonly href: string;
  readonly at: number;
  readonly result: z.infer<typeof Row>["result"];
  readonly asked: Asked;
}

export interface RuleTrust {
  /** Where the channel of learning stood when this was read. */
  readonly since: string;
  /** Undefined without any label. */
  readonly learned: Learned | undefined;
  /** Newest first. */
  readonly changes: readonly ShownChange[];
  /** The rule as a whole. */
  readonly whole: Asked;
  readonly results: readonly JudgedResult[];
}

export async function ruleTrust(
  parts: Pick<PageParts, "commands" | "log">,
  { reading }: Pick<LearningPageParts, "reading">,
  { user, ruleId }: { readonly user: User; readonly ruleId: string },
): Promise<RuleTrust> {
  // Before the rest: what is said in between comes again, and nothing is missed.
  const { epoch, offset } = await parts.log.head(LEARNING_CHANNEL);
  const about = { kind: "rule", id: ruleId } as const;
  const list = new LearningList(parts.log, reading, user);
  const [learned, changes, whole, results] = await Promise.all([
    reading.of("rule", ruleId),
    list.changesOf(about, MAX_CHANGES),
    asked({ reading, user }, {
      subject: { ...about, evaluationId: null },
      session: undefined,
      from: "rule",
    }),
    resultsOf(parts, { reading, user }, ruleId),
  ]);
  return { since: `${epoch} ${offset}`, learned, changes, whole, results };
}

/** Its newest answers, of sessions the reader may see. */
async function resultsOf(
  parts: Pick<PageParts, "commands" | "log">,
  asker: Pick<LearningPageParts, "reading"> & { readonly user: User },
  ruleId: string,
): Promise<readonly JudgedResult[]> {
  const { rows } = await parts.log.query(RESULTS_VIEW, {
    prefix: resultPrefix(ruleId),
    descending: true,
    limit: MAX_ROWS,
  });
  const results: JudgedResult[] = [];
  for (const { data } of rows) {
    if (results.length === MAX_RESULTS) break;
    const row = Row.safeParse(data).data;
    if (!row || row.result !== "FAIL" && row.result !== "PASS") continue;
    const found = await judged(parts, asker, { ...row, ruleId });
    if (found) results.push(found);
  }
  return results;
}

async function judged(
  parts: Pick<PageParts, "commands" | "log">,
  { reading, user }: Pick<LearningPageParts, "reading"> & {
    readonly user: User;
  },
  { channel, evaluationId, at, result, ruleId }: z.infer<typeof Row> & {
    readonly ruleId: string;
  },
): Promise<JudgedResult | undefined> {
  const sessionId = channel.slice("session:".length);
  const session = await seenSession(parts.commands, user, sessionId);
  if (session === null) return undefined;
  const kind = "evaluation";
  const entry = await keptEntry(parts, session, { kind, id: evaluationId });
  const evaluation = entry && readEvaluation(entry.body);
  // What was erased can no longer be judged.
  if (!evaluation) return undefined;
  return {
    evaluationId,
    title: evaluation.title ?? session.title,
    href: `/sessions/${sessionId}/evaluations/${evaluationId}`,
    at,
    result,
    asked: await asked({ reading, user }, {
      subject: { kind: "rule", id: ruleId, evaluationId },
      session,
      from: "rule",
    }),
  };
}
