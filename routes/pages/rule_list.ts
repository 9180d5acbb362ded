/** The rules of the house, last changed first: searched, and by state, read from the view. */
import { z } from "zod";
import { RULES_VIEW } from "../../domain/rules/book/view.ts";
import { RISK_LEVELS } from "../../domain/rules/rule.ts";
import type { Log } from "../../realtime/log/log.ts";

const PAGE = 500;
/** Rules looked at: a book of more is searched by other means. */
const MAX_RULES = 10_000;

export const RULE_STATES = ["active", "draft", "inactive"] as const;
export type RuleStateName = typeof RULE_STATES[number];

/** A row of the view. Rows are ours; the schema reads them back as what they were. */
const Row = z.object({
  ruleId: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  riskLevel: z.enum(RISK_LEVELS),
  status: z.enum(RULE_STATES),
  version: z.number().nullable(),
  hasDraft: z.boolean(),
  draftBy: z.string().nullable(),
  draftAuthors: z.array(z.string()),
  changedAt: z.number(),
  rule: z.looseObject({ when: z.string() }).nullable(),
});
export type ListedRule = z.infer<typeof Row>;

export interface RuleQuery {
  /** Words that all stand in id, name, description or condition. */
  readonly words: string;
  readonly show: RuleStateName | "all" | "waiting";
  /** From 1. */
  readonly page: number;
}

export interface RuleList {
  readonly items: readonly ListedRule[];
  /** Rules that match, on all pages. */
  readonly found: number;
  readonly counts: Readonly<Record<RuleStateName, number>>;
  /** Drafts that this reader may publish. */
  readonly waiting: number;
}

/** @param mayPublish Whether the reader may publish this draft. */
export async function listRules(
  log: Pick<Log, "query">,
  { words, show, page }: RuleQuery,
  { perPage, mayPublish }: {
    readonly perPage: number;
    readonly mayPublish: (rule: ListedRule) => boolean;
  },
): Promise<RuleList> {
  const counts = { active: 0, draft: 0, inactive: 0 };
  const terms = words.toLowerCase().split(/\s+/).filter(Boolean);
  const matching: ListedRule[] = [];
  let waiting = 0;
  for await (const rule of rulesIn(log)) {
    counts[rule.status]++;
    const mine = mayPublish(rule);
    if (mine) waiting++;
    const fits = show === "all" ||
      (show === "waiting" ? mine : rule.status === show);
    if (fits && terms.every((term) => textOf(rule).includes(term))) {
      matching.push(rule);
    }
  }
  const from = (page - 1) * perPage;
  return {
    items: matching.slice(from, from + perPage),
    found: matching.length,
    counts,
    waiting,
  };
}

async function* rulesIn(log: Pick<Log, "query">): AsyncGenerator<ListedRule> {
  let cursor: string | undefined;
  let seen = 0;
  do {
    const { rows, nextCursor } = await log.query(RULES_VIEW, {
      descending: true,
      limit: PAGE,
      cursor,
    });
    for (const { data } of rows) {
      const { data: rule } = Row.safeParse(data);
      if (rule) yield rule;
    }
    seen += rows.length;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined && seen < MAX_RULES);
}

function textOf({ ruleId, name, description, rule }: ListedRule): string {
  return [ruleId, name, description, rule?.when].join(" ").toLowerCase();
}
