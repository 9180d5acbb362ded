/** The facts that rules were asked about lately: what is worth being worked out ahead. */
import { LRUCache } from "lru-cache";
import type { Facts } from "../domain/rules/cel_run.ts";
import type { EvaluateOptions } from "../domain/rules/evaluate.ts";

/** Facts kept at most. */
const MAX_FACTS = 100;
/** Characters of facts kept at most, as JSON. */
const MAX_LENGTH = 1024 * 1024;

export interface Subject {
  readonly facts: Facts;
  /** How it was asked. */
  readonly way: Pick<EvaluateOptions, "trace" | "maxSteps" | "maxTotalSteps">;
  /** Characters of the facts as JSON. */
  readonly size: number;
}

export class RecentFacts {
  readonly #subjects = new LRUCache<string, Subject & { times: number }>({
    max: MAX_FACTS,
    maxSize: MAX_LENGTH,
    sizeCalculation: ({ size }) => Math.max(1, size),
  });

  /** @param key The same for equal facts that are asked about in the same way. */
  add(key: string, subject: Subject): void {
    const known = this.#subjects.get(key);
    if (known === undefined) this.#subjects.set(key, { ...subject, times: 1 });
    else known.times++;
  }

  /** Those asked about most often come first. */
  all(): readonly Subject[] {
    return [...this.#subjects.values()].sort((a, b) => b.times - a.times);
  }

  clear(): void {
    this.#subjects.clear();
  }
}
