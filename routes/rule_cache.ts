/** Evaluations of rules that are kept by their content, so that equal ones are worked out once. */
import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Facts } from "../domain/rules/cel_run.ts";
import {
  type CompiledRule,
  compileRule,
  type RuleReading,
} from "../domain/rules/compile_rule.ts";
import {
  evaluateEach,
  type EvaluateOptions,
  type Evaluation,
  type RuleResult,
} from "../domain/rules/evaluate.ts";
import { skips } from "../domain/rules/judge_rule.ts";
import { assess } from "../domain/rules/risk_score.ts";
import type { Rule } from "../domain/rules/rule.ts";

type Evaluate = (
  rules: readonly CompiledRule[],
  facts: Facts,
  options: EvaluateOptions,
) => readonly RuleResult[] | Promise<readonly RuleResult[]>;

export interface RuleEvaluationsOptions {
  /** Results kept at most. @default 20,000 */
  readonly maxEntries?: number;
  /** Bytes of results kept at most, as JSON. @default 32 MiB */
  readonly maxBytes?: number;
  /** Rules kept compiled at most. @default 2,000 */
  readonly maxRules?: number;
  /** Works out what is not known, here or in a worker. @default `evaluateEach` */
  readonly evaluate?: Evaluate;
}

export interface CacheStatistics {
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
  /** Results that waited for an equal evaluation in flight. */
  readonly shared: number;
  readonly evictions: number;
  /** Hits and shared ones of all, 0 to 1; 0 before the first. */
  readonly hitRate: number;
}

/** A result on its way: of a group that is worked out together. */
interface Flight {
  readonly group: Promise<readonly RuleResult[]>;
  readonly index: number;
}

/**
 * The key of a result is the hash of the rule's content, version included, of the facts,
 * and of what else the result depends on. Rules that do not count now are not kept, since
 * time alone changes them, nor is TIMEOUT, which other rules' steps may have caused.
 */
export class RuleEvaluations {
  readonly #results: LRUCache<string, RuleResult>;
  readonly #rules: LRUCache<string, RuleReading>;
  readonly #ruleKeys = new WeakMap<CompiledRule, string>();
  readonly #flights = new Map<string, Flight>();
  readonly #evaluate: Evaluate;
  #hits = 0;
  #misses = 0;
  #shared = 0;
  #evictions = 0;

  constructor({
    maxEntries = 20_000,
    maxBytes = 32 * 1024 * 1024,
    maxRules = 2_000,
    evaluate = evaluateEach,
  }: RuleEvaluationsOptions = {}) {
    this.#evaluate = evaluate;
    this.#rules = new LRUCache({ max: maxRules });
    this.#results = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: (result, key) =>
        JSON.stringify(result).length + key.length,
      dispose: (_result, _key, reason) => {
        if (reason === "evict") this.#evictions++;
      },
    });
  }

  /** Like `compileRule`; an equal rule is compiled once. */
  compile(rule: Rule): RuleReading {
    const content = canonical(rule);
    const known = this.#rules.get(content);
    if (known !== undefined) return known;
    const read = compileRule(rule);
    this.#rules.set(content, read);
    return read;
  }

  /** Like `evaluateAll`; what is known already says `cached`, and took no time. */
  async evaluate(
    rules: readonly CompiledRule[],
    facts: Facts,
    options: EvaluateOptions,
  ): Promise<Evaluation> {
    const { trace = true, maxSteps, maxTotalSteps } = options;
    const subject = hash(canonical([facts, trace, maxSteps, maxTotalSteps]));
    const keys = rules.map((rule) => `${this.#keyOf(rule)}:${subject}`);
    const results = keys.map((key, index) =>
      skips(rules[index], options.at) ? undefined : this.#find(key)
    );
    const missing = rules.map((_, index) => index)
      .filter((index) => results[index] === undefined);
    if (missing.length > 0) {
      const group = this.#work(missing.map((index) => rules[index]), {
        keys: missing.map((index) => keys[index]),
        facts,
        options,
      });
      for (const [place, index] of missing.entries()) {
        results[index] = group.then((made) => made[place]);
      }
    }
    const all = (await Promise.all(results)).filter((one) => one !== undefined);
    return { results: all, ...assess(all, options.thresholds) };
  }

  /** Forgets every result. */
  clear(): void {
    this.#results.clear();
  }

  statistics(): CacheStatistics {
    const found = this.#hits + this.#shared;
    const asked = found + this.#misses;
    return {
      entries: this.#results.size,
      bytes: this.#results.calculatedSize,
      hits: this.#hits,
      misses: this.#misses,
      shared: this.#shared,
      evictions: this.#evictions,
      hitRate: asked === 0 ? 0 : found / asked,
    };
  }

  /** A result that is kept or on its way. */
  #find(key: string): RuleResult | Promise<RuleResult> | undefined {
    const kept = this.#results.get(key);
    if (kept !== undefined) {
      this.#hits++;
      return reused(kept);
    }
    const flight = this.#flights.get(key);
    if (flight === undefined) return undefined;
    this.#shared++;
    return flight.group.then((made) => reused(made[flight.index]));
  }

  async #work(
    rules: readonly CompiledRule[],
    { keys, facts, options }: {
      readonly keys: readonly string[];
      readonly facts: Facts;
      readonly options: EvaluateOptions;
    },
  ): Promise<readonly RuleResult[]> {
    const counting = keys.filter((_, index) =>
      !skips(rules[index], options.at)
    );
    this.#misses += counting.length;
    const { promise: group, resolve, reject } = Promise.withResolvers<
      readonly RuleResult[]
    >();
    // Whoever shares it hears of a failure; nobody may share it.
    group.catch(() => {});
    for (const [index, key] of keys.entries()) {
      if (skips(rules[index], options.at)) continue;
      this.#flights.set(key, { group, index });
    }
    try {
      const made = await this.#evaluate(rules, facts, options);
      for (const [index, result] of made.entries()) {
        if (isKept(result)) this.#results.set(keys[index], result);
      }
      resolve(made);
      return made;
    } catch (error) {
      reject(error);
      throw error;
    } finally {
      for (const key of keys) this.#flights.delete(key);
    }
  }

  #keyOf(rule: CompiledRule): string {
    const known = this.#ruleKeys.get(rule);
    if (known !== undefined) return known;
    const key = hash(canonical(rule.rule));
    this.#ruleKeys.set(rule, key);
    return key;
  }
}

function reused(result: RuleResult): RuleResult {
  return { ...result, durationMs: 0, cached: true };
}

function isKept({ result }: RuleResult): boolean {
  return result !== "SKIPPED" && result !== "TIMEOUT";
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** One text for equal contents, whatever the order of keys; never the same for different ones. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
    const texts = entries.map(([key, item]) =>
      `${JSON.stringify(key)}:${canonical(item)}`
    );
    return `{${texts.join()}}`;
  }
  // JSON would make null of an infinite number.
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
