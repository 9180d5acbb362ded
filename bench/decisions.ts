/**
 * Decision calculations: every method on 200 × 20, without HTTP, and SMAA on 50 × 10 as the
 * route runs it, in a worker, with the lag of the calling loop beside it.
 */
import { analyze, METHODS } from "../domain/decisions/analyze.ts";
import type { Direction } from "../domain/decisions/decision.ts";
import { createRandom } from "../domain/decisions/random.ts";
import { PREFERENCES } from "../domain/decisions/preference.ts";
import { createDecisionCalls } from "../routes/workers/decision_calls.ts";
import { readOptions } from "./options.ts";

const LAG_INTERVAL_MS = 1;

export async function run(args: string[]): Promise<void> {
  const { runs, samples } = readOptions(args, { runs: 50, samples: 10_000 });
  const problem = problemOf(200, 20);
  console.log(`one analysis of 200 alternatives by 20 criteria, ${runs} runs`);
  const variants = [
    ...METHODS.map((method) => ({ name: method, input: { method } })),
    ...PREFERENCES.map((preference) => ({
      name: `promethee2 ${preference}`,
      input: {
        method: "promethee2" as const,
        params: { preference, q: 5, p: 40, s: 20 },
      },
    })),
  ];
  console.table(Object.fromEntries(variants.map(({ name, input }) => {
    const times = Array.from({ length: runs }, () => {
      const start = performance.now();
      const { ranks } = analyze({ ...problem, ...input });
      const end = performance.now();
      if (ranks.length !== 200) throw new Error("Ranks went missing");
      return end - start;
    });
    times.sort((a, b) => a - b);
    return [name, {
      "least ms": rounded(times[0]),
      "p50 ms": rounded(times[Math.floor(runs / 2)]),
      "longest ms": rounded(times[runs - 1]),
    }];
  })));

  console.log(`SMAA, ${samples} samples of 50 by 10, in a worker`);
  const smaa = createDecisionCalls();
  const { matrix, directions } = problemOf(50, 10);
  // As the server does before it listens.
  const started = performance.now();
  smaa.warm();
  console.log(`workers started in ${rounded(performance.now() - started)} ms`);
  const table: Record<string, Record<string, number>> = {};
  for (const method of METHODS) {
    const lag = watchLag();
    const start = performance.now();
    const input = { method, matrix, directions, samples };
    const answer = await smaa.run({ do: "smaa", input });
    const end = performance.now();
    if (!answer.includes("rankAcceptability")) throw new Error(answer);
    table[method] = { ms: rounded(end - start), ...lag() };
  }
  smaa.stop();
  console.table(table);
}

/** Seeded, positive, without ties. */
function problemOf(alternatives: number, criteria: number) {
  const random = createRandom(1);
  const list = <T>(length: number, item: () => T) =>
    Array.from({ length }, item);
  const matrix = list(
    alternatives,
    () => list(criteria, () => 1 + 99 * random()),
  );
  const directions = list(
    criteria,
    (): Direction => random() < 0.5 ? "benefit" : "cost",
  );
  return { matrix, directions, weights: list(criteria, random) };
}

/** How late a timer of this loop comes; the answer stops it. */
function watchLag() {
  const lags: number[] = [];
  let due = performance.now() + LAG_INTERVAL_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    lags.push(Math.max(0, now - due));
    due = now + LAG_INTERVAL_MS;
  }, LAG_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    lags.sort((a, b) => a - b);
    return {
      "lag p99 ms": rounded(lags[Math.floor(lags.length * 0.99)] ?? 0),
      "longest lag ms": rounded(lags.at(-1) ?? 0),
    };
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
