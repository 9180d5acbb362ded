/** A backtest as signals: where its facts come from, how far it is, what came of it. */
import { type Signal, signal } from "@preact/signals";
import type { BacktestReport, BacktestRow } from "../domain/rules/backtest.ts";

export type ShownRow = BacktestRow & {
  /** As JSON, cut. */
  readonly facts: string;
  readonly source:
    | { readonly sessionId: string; readonly offset: number }
    | null;
};

export type BacktestResult = Omit<BacktestReport, "rows"> & {
  readonly rows: readonly ShownRow[];
  /** The draft that was tested. */
  readonly draft: { readonly offset: number; readonly when: string };
  /** Of past facts: sessions looked at, and whether there was more. */
  readonly sessions?: number;
  readonly truncated?: boolean;
};

export interface BacktestJob {
  readonly id: string;
  readonly state:
    | "queued"
    | "running"
    | "done"
    | "failed"
    | "dead"
    | "cancelled";
  /** Null before it is known how many facts there are. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly result: BacktestResult | null;
  readonly error: string | null;
}

/** What the page carries. */
export interface RuleBacktestState {
  readonly ruleId: string;
  /** Offset of the draft; null when there is none to test. */
  readonly draftOffset: number | null;
  readonly mayRun: boolean;
  readonly source: "given" | "past";
  readonly given: string;
  /** A day, `2026-01-31`. */
  readonly since: string;
  readonly job: BacktestJob | null;
  readonly mistake: string | null;
  readonly formId: string;
}

export interface RuleBacktestModel {
  readonly state: RuleBacktestState;
  readonly source: Signal<"given" | "past">;
  readonly given: Signal<string>;
  readonly since: Signal<string>;
  readonly job: Signal<BacktestJob | null>;
  readonly mistake: Signal<string | null>;
  /** Undefined while plain forms do it. */
  readonly actions: Signal<
    { readonly run: () => void; readonly cancel: () => void } | undefined
  >;
}

export function createBacktest(state: RuleBacktestState): RuleBacktestModel {
  return {
    state,
    source: signal(state.source),
    given: signal(state.given),
    since: signal(state.since),
    job: signal(state.job),
    mistake: signal(state.mistake),
    actions: signal(undefined),
  };
}

export function isUnderWay(job: BacktestJob | null): job is BacktestJob {
  return job?.state === "queued" || job?.state === "running";
}
