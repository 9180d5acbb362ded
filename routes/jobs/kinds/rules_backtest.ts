/** `rules.backtest`: a draft against what is in use, over given or past facts. */
import { z } from "zod";
import type { Area } from "../../../domain/decider.ts";
import type { JobKindDeclaration } from "../../../domain/jobs/job_input.ts";
import { Refusal } from "../../../domain/refusal.ts";
import type { Standing } from "../../../domain/rules/backtest.ts";
import type { RuleState } from "../../../domain/rules/book/kept_rule.ts";
import {
  RuleId,
  RULES_CHANNEL,
  ruleSubject,
} from "../../../domain/rules/book/rule_commands.ts";
import {
  type CompiledRule,
  compileRule,
} from "../../../domain/rules/compile_rule.ts";
import { skips } from "../../../domain/rules/judge_rule.ts";
import {
  type FactsRecord,
  MAX_FACTS,
} from "../../../domain/rules/read_facts.ts";
import type { Rule } from "../../../domain/rules/rule.ts";
import { FactsShape } from "../../../domain/rules/rule_input.ts";
import type { Commands } from "../../../realtime/commands.ts";
import type { Json } from "../../../realtime/json.ts";
import type { Log } from "../../../realtime/log/log.ts";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import { isRecord } from "../../json_body.ts";
import { type PastFact, readPastFacts } from "../../past_facts.ts";
import type { RuleBook } from "../../rule_book.ts";
import type { JobKind, JobRun } from "../job_kind.ts";

/** UTF-16 units of the facts shown with a row. */
const MAX_SHOWN_FACTS = 300;

/** Where the facts come from: they are given, or those of sessions since a time. */
export const BacktestSource = z.object({
  facts: z.array(FactsShape).min(1).max(MAX_FACTS).optional(),
  since: z.iso.datetime({ offset: true }).optional().meta({
    description:
      "Instead of `facts`: those that sessions you may read were evaluated on since then",
  }),
});
export type BacktestSource = z.infer<typeof BacktestSource>;

/** For `.refine`: one of the two, and not both. */
export function hasOneSource({ facts, since }: BacktestSource): boolean {
  return (facts === undefined) !== (since === undefined);
}

const Input = BacktestSource.extend({ ruleId: RuleId })
  .refine(hasOneSource, { error: "Either `facts` or `since`" });

export interface BacktestParts {
  readonly book: Pick<RuleBook, "inUse">;
  readonly commands: Pick<Commands, "state">;
  readonly area: Area<RuleState, never>;
  readonly log: Pick<Log, "query" | "read">;
  /** ms since 1970. */
  readonly now: () => number;
}

interface Given {
  readonly facts: FactsRecord;
  readonly from?: Omit<PastFact, "facts">;
}

export const RULES_BACKTEST: JobKindDeclaration = {
  type: "rules.backtest",
  summary: "{ruleId, facts: [] | since}",
  input: Input,
  role: "member",
  modes: ["async", "sync"],
  about: (input) => isRecord(input) ? String(input.ruleId) : null,
};

export function createRulesBacktest(parts: BacktestParts): JobKind {
  return {
    ...RULES_BACKTEST,
    run: (input, run) => backtest(parts, Input.parse(input), run),
  };
}

/** The draft of a rule, if it has one. @throws {Refusal} @throws {RealtimeError} `conflict` */
export async function draftOf(
  { commands, area }: Pick<BacktestParts, "commands" | "area">,
  ruleId: string,
) {
  const { state } = await commands.state(
    area,
    RULES_CHANNEL,
    ruleSubject(ruleId),
  );
  if (state.status === "none") throw new Refusal("rule_not_found");
  if (state.draft !== null) return state.draft;
  const message = "Cannot backtest a rule that has no draft";
  throw new RealtimeError("conflict", message, { reason: "no_draft" });
}

async function backtest(
  parts: BacktestParts,
  { ruleId, ...source }: z.infer<typeof Input>,
  { user, signal, progress, compute }: JobRun,
): Promise<Json> {
  const { book, log, now } = parts;
  const kept = await draftOf(parts, ruleId);
  const at = now();
  const { given, notes } = await readFacts(log, { source, user, signal });
  progress(0, given.length);
  const inUse = await book.inUse();
  const report = await compute({
    do: "backtest",
    draft: today({ ...kept.rule, id: ruleId }),
    from: standingOf(inUse.get(ruleId), at),
    inUse: [...inUse.values()].map(({ rule }) => rule),
    facts: given.map(({ facts }) => facts),
    at,
  });
  const draft = { offset: kept.offset, when: kept.rule.when };
  return json({ ruleId, draft, at, ...notes, ...withFacts(report, given) });
}

async function readFacts(
  log: BacktestParts["log"],
  { source, user, signal }: Pick<JobRun, "user" | "signal"> & {
    readonly source: BacktestSource;
  },
): Promise<{ readonly given: readonly Given[]; readonly notes: object }> {
  if (source.facts !== undefined) {
    return { given: source.facts.map((facts) => ({ facts })), notes: {} };
  }
  const since = Date.parse(source.since ?? "");
  const past = await readPastFacts(log, user, { since, signal });
  const given = past.items.map(({ facts, ...from }) => ({ facts, from }));
  const { sessions, truncated } = past;
  return { given, notes: { since, sessions, truncated } };
}

/** The report's rows, with what facts they are about and where those are from. */
function withFacts(report: Json, given: readonly Given[]): object {
  if (!isRecord(report) || !Array.isArray(report.rows)) return {};
  const rows = report.rows.filter(isRecord).map((row) => {
    const { facts = {}, from: source = null } = given[Number(row.index)] ?? {};
    return { ...row, facts: textOf(facts), source };
  });
  return { ...report, rows };
}

/**
 * The draft as it would count today: when it is to begin and end is a question of the
 * calendar, and a draft for next month is tried on facts of the past.
 */
function today(draft: Rule): Rule {
  const { validFrom: _, validUntil: __, ...rest } = draft;
  const rule = { ...rest, active: true };
  const read = compileRule(rule);
  // It was checked when it was saved; this engine may have become stricter since.
  if (read.state !== "compiled") {
    throw new Refusal("rule_invalid", { errors: [...read.mistakes] });
  }
  return rule;
}

function standingOf(rule: CompiledRule | undefined, at: number): Standing {
  if (rule === undefined) return "absent";
  return skips(rule, at) === undefined ? "counts" : "skipped";
}

function textOf(facts: FactsRecord): string {
  const text = JSON.stringify(facts);
  return text.length > MAX_SHOWN_FACTS
    ? `${text.slice(0, MAX_SHOWN_FACTS)}…`
    : text;
}

/** Leaves out what is undefined, as JSON does. */
function json(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}
