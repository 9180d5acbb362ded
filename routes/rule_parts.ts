/** What rules need beside the log: those in use at hand, what they did counted, results kept. */
import type { Area } from "../domain/decider.ts";
import type { RuleState } from "../domain/rules/book/kept_rule.ts";
import { RuleCounters } from "../domain/rules/rule_counters.ts";
import type { Log } from "../realtime/log/log.ts";
import type { Route } from "./api/operation.ts";
import { ruleCheckRoutes } from "./api/rule_checks.ts";
import type { RuleEvaluationParts } from "./api/rule_evaluations.ts";
import type { Backtests } from "./backtests.ts";
import { RuleBook } from "./rule_book.ts";
import type { ResultCache } from "./result_cache.ts";
import { RuleEvaluations } from "./rule_cache.ts";
import { RuleWarming } from "./rule_warming.ts";

export interface RulePartsOptions {
  readonly log: Pick<Log, "query" | "read" | "feed">;
  readonly area: Area<RuleState, never>;
  /** Whether a draft is published by another than its authors. */
  readonly fourEyes: boolean;
  /** Where evaluations are kept, among others. @default one of its own */
  readonly results?: ResultCache;
}

/** As much of it as the pages use. */
export interface RuleParts {
  readonly area: Area<RuleState, never>;
  readonly fourEyes: boolean;
  readonly counters: Pick<RuleCounters, "of">;
  readonly evaluations: Pick<RuleEvaluations, "compile" | "evaluate">;
  readonly backtests: Pick<Backtests, "submit" | "find" | "cancel">;
}

export function createRuleParts(
  { log, area, fourEyes, results }: RulePartsOptions,
) {
  const counters = new RuleCounters();
  const evaluations = new RuleEvaluations({ results });
  const book = new RuleBook(log, {
    compile: (rule) => evaluations.compile(rule),
  });
  const evaluation: RuleEvaluationParts = {
    ruleOf: (id) => book.ruleOf(id),
    inUse: async () =>
      [...(await book.inUse()).values()].map(({ rule }) => rule),
    evaluations,
    count: (result) => counters.count(result),
  };
  const routes: readonly Route[] = ruleCheckRoutes();
  return {
    area,
    fourEyes,
    counters,
    evaluations,
    book,
    /** For `POST /api/v1/rules/evaluate`. */
    evaluation,
    /** Works out results ahead. */
    warming: new RuleWarming({ book, evaluations }),
    routes,
    close: () => book.close(),
  };
}
