/** Trying a rule on facts, as signals: the facts as text, and what came of them. */
import { type Signal, signal } from "@preact/signals";
import type { RuleResult } from "../domain/rules/evaluate.ts";

export type Tried =
  | {
    readonly state: "answered";
    /** The condition as it was evaluated: the trace's places are in it. */
    readonly source: string;
    readonly result: RuleResult;
    /** Since when it is known, in the reader's zone, where it was worked out before. */
    readonly from?: string;
  }
  | { readonly state: "refused"; readonly message: string };

/** What the page carries. */
export interface RuleTryState {
  readonly ruleId: string | null;
  readonly facts: string;
  readonly tried: Tried | null;
}

export interface RuleTryModel {
  readonly state: RuleTryState;
  readonly facts: Signal<string>;
  readonly tried: Signal<Tried | null>;
  /** Undefined while plain forms do it. */
  readonly run: Signal<(() => void) | undefined>;
  /** Fills in facts that the rule asks for. */
  readonly fill: Signal<(() => void) | undefined>;
}

export function createTry(state: RuleTryState): RuleTryModel {
  return {
    state,
    facts: signal(state.facts),
    tried: signal(state.tried),
    run: signal(undefined),
    fill: signal(undefined),
  };
}

/** Facts as they stand in the box. */
export function factsText(facts: object): string {
  return JSON.stringify(facts, null, 2);
}
