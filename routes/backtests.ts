/** Backtests: a draft against what is in use, over given or past facts, as jobs that workers do. */
import type { Area } from "../domain/decider.ts";
import { Refusal } from "../domain/refusal.ts";
import { BacktestComparison, type Standing } from "../domain/rules/backtest.ts";
import type { RuleState } from "../domain/rules/book/kept_rule.ts";
import {
  RULES_CHANNEL,
  ruleSubject,
} from "../domain/rules/book/rule_commands.ts";
import {
  type CompiledRule,
  compileRule,
} from "../domain/rules/compile_rule.ts";
import type { FactsVerdict } from "../domain/rules/evaluate_batch.ts";
import { skips } from "../domain/rules/judge_rule.ts";
import type { FactsRecord } from "../domain/rules/read_facts.ts";
import type { Rule } from "../domain/rules/rule.ts";
import type { Commands } from "../realtime/commands.ts";
import type { Json } from "../realtime/json.ts";
import type { Log } from "../realtime/log/log.ts";
import { RealtimeError } from "../realtime/realtime_error.ts";
import type { User } from "../realtime/user.ts";
import { type PastFact, readPastFacts } from "./past_facts.ts";
import type { Job, Jobs } from "./process_jobs.ts";
import type { RuleBook } from "./rule_book.ts";
import type { RuleBatches } from "./workers/rule_batches.ts";

export const BACKTEST = "backtest";

/** Facts of one message to a worker: what is copied at once stays small. */
const CHUNK_SIZE = 50;
/** UTF-16 units of the facts shown with a row. */
const MAX_SHOWN_FACTS = 300;

export interface BacktestParts {
  readonly jobs: Jobs;
  readonly book: Pick<RuleBook, "inUse">;
  readonly commands: Pick<Commands, "state">;
  readonly area: Area<RuleState, never>;
  readonly log: Pick<Log, "query" | "read">;
  /** Two batches run at a time for each backtest. */
  readonly batches: Pick<RuleBatches, "evaluate">;
  /** Ms since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Facts as they were given, or those of sessions since a time (ms since 1970). */
export type BacktestSource =
  | { readonly facts: readonly FactsRecord[] }
  | { readonly since: number };

interface Given {
  readonly facts: FactsRecord;
  readonly from?: Omit<PastFact, "facts">;
}

export class Backtests {
  readonly #parts: Required<BacktestParts>;

  constructor(parts: BacktestParts) {
    this.#parts = { now: Date.now, ...parts };
  }

  /**
   * Submits a backtest of the rule's draft as it is now.
   *
   * @throws {Refusal} `rule_not_found`
   * @throws {RealtimeError} `conflict` without a draft; `rate_limited`
   */
  async submit(
    user: User,
    ruleId: string,
    source: BacktestSource,
  ): Promise<Job> {
    const { jobs, commands, area } = this.#parts;
    const { state } = await commands.state(
      area,
      RULES_CHANNEL,
      ruleSubject(ruleId),
    );
    if (state.status === "none") throw new Refusal("rule_not_found");
    if (state.draft === null) {
      const message = "Cannot backtest a rule that has no draft";
      throw new RealtimeError("conflict", message, { reason: "no_draft" });
    }
    const draft = compiled({ ...state.draft.rule, id: ruleId });
    const text = { offset: state.draft.offset, when: state.draft.rule.when };
    return jobs.submit({
      type: BACKTEST,
      userId: user.userId,
      about: ruleId,
      run: async ({ signal, progress }) => {
        const at = this.#parts.now();
        const { given, notes } = await this.#read(user, source, signal);
        progress(0, given.length);
        const report = await this.#compare(draft, given, {
          at,
          signal,
          told: (done) => progress(done, given.length),
        });
        return json({ ruleId, draft: text, at, ...notes, ...report });
      },
    });
  }

  async #read(user: User, source: BacktestSource, signal: AbortSignal) {
    if ("facts" in source) {
      const given = source.facts.map((facts): Given => ({ facts }));
      return { given, notes: {} };
    }
    const { since } = source;
    const past = await readPastFacts(this.#parts.log, user, { since, signal });
    const given = past.items.map(({ facts, ...from }): Given => ({
      facts,
      from,
    }));
    const { sessions, truncated } = past;
    return { given, notes: { since, sessions, truncated } };
  }

  async #compare(
    draft: CompiledRule,
    given: readonly Given[],
    { at, signal, told }: {
      readonly at: number;
      readonly signal: AbortSignal;
      readonly told: (done: number) => void;
    },
  ) {
    const { book, batches } = this.#parts;
    const inUse = await book.inUse();
    const { id } = draft.rule;
    const comparison = new BacktestComparison(id, {
      from: standingOf(inUse.get(id), at),
      to: "counts",
    });
    const facts = given.map((one) => one.facts);
    const others = [...inUse.values()].filter(({ rule }) => rule.id !== id);
    const options = { at, signal, chunkSize: CHUNK_SIZE };
    const before = batches.evaluate([...inUse.values()], facts, options);
    const after = batches.evaluate([...others, draft], facts, options);
    const shown = [];
    let done = 0;
    // Starting a worker, where none is left, holds up this loop: not both in one turn.
    let next = before.next();
    next.catch(() => {});
    await nextTurn();
    try {
      for (;;) {
        const [from, to] = await Promise.all([next, after.next()]);
        if (from.done || to.done) break;
        signal.throwIfAborted();
        for (const [index, verdict] of to.value.entries()) {
          const pair: { from: FactsVerdict; to: FactsVerdict } = {
            from: from.value[index],
            to: verdict,
          };
          const row = comparison.add(pair);
          if (row === undefined) continue;
          const { facts, from: source = null } = given[row.index];
          shown.push({ ...row, facts: textOf(facts), source });
        }
        done += to.value.length;
        told(done);
        next = before.next();
      }
    } finally {
      await Promise.all([before.return(undefined), after.return(undefined)]);
    }
    return { ...comparison.report(), rows: shown };
  }
}

/**
 * The draft as it would count today: when it is to begin and end is a question of the
 * calendar, and a draft for next month is tried on facts of the past.
 */
function compiled(draft: Rule): CompiledRule {
  const { validFrom: _, validUntil: __, ...rule } = draft;
  const read = compileRule({ ...rule, active: true });
  if (read.state === "compiled") return read.rule;
  // It was checked when it was saved; this engine has become stricter since.
  throw new Refusal("rule_invalid", { errors: [...read.mistakes] });
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

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Leaves out what is undefined, as JSON does. */
function json(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}
