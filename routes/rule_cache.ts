/** Evaluations of rules that are kept by their content, so that equal ones are worked out once. */
import { LRUCache } from "lru-cache";
import type { Facts } from "../domain/rules/cel_run.ts";
import {
  type CompiledRule,
  compileRule,
  type RuleReading,
} from "../domain/rules/compile_rule.ts";
import {
  DEFAULT_MAX_TOTAL_STEPS,
  evaluateEach,
  type EvaluateOptions,
  type Evaluation,
  MAX_TOTAL_TRACE_NODES,
  type RuleCost,
  type RuleResult,
} from "../domain/rules/evaluate.ts";
import { skips } from "../domain/rules/judge_rule.ts";
import { assess } from "../domain/rules/risk_score.ts";
import type { Rule } from "../domain/rules/rule.ts";
import { canonicalText, contentKey } from "./content_key.ts";
import type { Asked, Found, KeptResults, Made } from "./kept_results.ts";
import { RecentFacts } from "./recent_facts.ts";
import { ResultCache } from "./result_cache.ts";

type Evaluate = (
  rules: readonly CompiledRule[],
  facts: Facts,
  options: EvaluateOptions,
) => readonly RuleResult[] | Promise<readonly RuleResult[]>;

export interface RuleEvaluationsOptions {
  /** Where results are kept, among others. @default One of its own. */
  readonly results?: ResultCache;
  /** Rules kept compiled at most. @default 2,000 */
  readonly maxRules?: number;
  /** Works out what is not known, here or in a worker; must tell what it `spent`. @default `evaluateEach` */
  readonly evaluate?: Evaluate;
}

/** A result, and since when it is known. */
export interface EvaluatedRule extends RuleResult {
  /** Ms since 1970; when it was asked for, unless it is `cached`. */
  readonly computedAt: number;
}

export interface CachedEvaluation extends Evaluation {
  readonly results: readonly EvaluatedRule[];
}

/** A result and what it took: only with that can it stand in for an evaluation. */
interface Costed {
  readonly result: RuleResult;
  readonly cost: RuleCost;
}

type Known = Found<Costed> | undefined;

/**
 * The key of a result is made of the rule's content, version included, of the facts, and of
 * what else the result depends on. Rules that do not count now are not kept, since time alone
 * changes them, nor is what would be answered otherwise alone than among others.
 */
export class RuleEvaluations {
  /** What was asked about lately, for warming. */
  readonly recent = new RecentFacts();
  readonly #now: () => number;
  readonly #results: KeptResults<Costed>;
  readonly #rules: LRUCache<string, RuleReading>;
  readonly #ruleKeys = new WeakMap<CompiledRule, string>();
  readonly #evaluate: Evaluate;

  constructor({
    results = new ResultCache(),
    maxRules = 2_000,
    evaluate = evaluateEach,
  }: RuleEvaluationsOptions = {}) {
    this.#now = results.now;
    this.#evaluate = evaluate;
    this.#rules = new LRUCache({ max: maxRules });
    this.#results = results.kind("rule", {
      sizeOf,
      forgotten: () => this.recent.clear(),
    });
  }

  /** Like `compileRule`; an equal rule is compiled once. */
  compile(rule: Rule): RuleReading {
    const content = canonicalText(rule);
    const known = this.#rules.get(content);
    if (known !== undefined) return known;
    const read = compileRule(rule);
    this.#rules.set(content, read);
    return read;
  }

  /**
   * Like `evaluateAll`, with the same answer; what is known already says `cached`, and took
   * no time. Where all rules together reach a bound, all are evaluated anew: what each of
   * them gets then depends on the others.
   */
  async evaluate(
    rules: readonly CompiledRule[],
    facts: Facts,
    options: EvaluateOptions,
  ): Promise<CachedEvaluation> {
    const { trace = true, maxSteps, maxTotalSteps } = options;
    const way = { trace, maxSteps, maxTotalSteps };
    const text = canonicalText([facts, trace, maxSteps, maxTotalSteps]);
    const subject = contentKey(text);
    this.recent.add(subject, { facts, way, size: text.length });
    const asked = rules.map((rule) => this.#asked(rule, subject));
    const found: (Known | Promise<Known>)[] = rules.map((rule, index) =>
      skips(rule, options.at)
        ? this.#skipped(rule, facts, options)
        : this.#results.find(asked[index].key)
    );
    const missing = [...rules.keys()].filter((index) =>
      found[index] === undefined
    );
    const [made, others] = await Promise.all([
      missing.length === 0 ? [] : this.#results.work(
        missing.map((index) => asked[index]),
        () => this.#make(missing.map((index) => rules[index]), facts, options),
      ),
      Promise.all(found),
    ]);
    for (const [place, index] of missing.entries()) others[index] = made[place];
    const known = others.filter((one) => one !== undefined);
    const stands = known.length === rules.length && fits(known, options);
    const results = stands
      ? known.map(resultOf)
      : await this.#anew(rules, facts, options);
    return { results, ...assess(results, options.thresholds) };
  }

  async #anew(
    rules: readonly CompiledRule[],
    facts: Facts,
    options: EvaluateOptions,
  ): Promise<readonly EvaluatedRule[]> {
    const results = await this.#evaluate(rules, facts, options);
    const computedAt = this.#now();
    return results.map((result) => ({ ...result, computedAt }));
  }

  async #make(
    rules: readonly CompiledRule[],
    facts: Facts,
    options: EvaluateOptions,
  ): Promise<readonly Made<Costed>[]> {
    const costs = new Map<number, RuleCost>();
    const results = await this.#evaluate(rules, facts, {
      ...options,
      spent: (place, cost) => costs.set(place, cost),
    });
    return results.map((result, place) => {
      const cost = costs.get(place) ?? UNKNOWN;
      return {
        value: { result, cost },
        lasts: !cost.isShort && result.result !== "TIMEOUT",
      };
    });
  }

  /** Why it does not count now: no work, and not for later. */
  #skipped(
    rule: CompiledRule,
    facts: Facts,
    { at, clock }: EvaluateOptions,
  ): Known {
    const [result] = evaluateEach([rule], facts, { at, clock });
    const cost = { steps: 0, traceNodes: 0, isShort: false };
    return { value: { result, cost }, computedAt: this.#now(), cached: false };
  }

  #asked(rule: CompiledRule, subject: string): Asked {
    const { id, name } = rule.rule;
    return {
      key: `rule:${readable(id)}@${rule.version}:${
        this.#keyOf(rule)
      }${subject}`,
      about: name,
    };
  }

  #keyOf(rule: CompiledRule): string {
    const known = this.#ruleKeys.get(rule);
    if (known !== undefined) return known;
    const key = contentKey(rule.rule);
    this.#ruleKeys.set(rule, key);
    return key;
  }
}

/** A result without its trace and message, as JSON, at most. */
const RESULT_BYTES = 300;

/** Nearly as JSON; written out only where it may be long, since this is done for every result. */
function sizeOf({ result: { ruleId, message, trace } }: Costed): number {
  const traced = trace === null ? 0 : JSON.stringify(trace).length;
  return RESULT_BYTES + ruleId.length + (message?.length ?? 0) + traced;
}

/** Of an evaluator that does not tell. */
const UNKNOWN: RuleCost = { steps: 0, traceNodes: 0, isShort: true };

/**
 * Whether they are what evaluating all of them now would give: worked out together just now,
 * or below the bounds together, so that none would have less than alone.
 */
function fits(
  found: readonly Found<Costed>[],
  { maxTotalSteps = DEFAULT_MAX_TOTAL_STEPS }: EvaluateOptions,
): boolean {
  if (found.every(({ cached }) => !cached)) return true;
  let steps = 0;
  let traceNodes = 0;
  for (const { value: { cost } } of found) {
    if (cost.isShort) return false;
    steps += cost.steps;
    traceNodes += cost.traceNodes;
  }
  return steps < maxTotalSteps && traceNodes < MAX_TOTAL_TRACE_NODES;
}

function resultOf(
  { value: { result }, computedAt, cached }: Found<Costed>,
): EvaluatedRule {
  const { durationMs } = result;
  return {
    ...result,
    durationMs: cached ? 0 : durationMs,
    cached,
    computedAt,
  };
}

/** A caller's id as part of a key; half characters become the sign for what cannot be read. */
function readable(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}
