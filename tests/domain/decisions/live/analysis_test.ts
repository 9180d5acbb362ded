/** What a live decision comes to: the analysis as it stands, what is stored, and that it repeats. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Json } from "../../../../domain/decider.ts";
import {
  type AnalysisInput,
  analyze,
  METHODS,
} from "../../../../domain/decisions/analyze.ts";
import { analysisOf } from "../../../../domain/decisions/live/analysis.ts";
import {
  answeredJson,
  decisionJson,
} from "../../../../domain/decisions/live/decision_json.ts";
import type { LiveDecision } from "../../../../domain/decisions/live/live_decision.ts";
import { readParams } from "../../../../domain/decisions/live/read_params.ts";
import { analysisUpdated } from "../../../../domain/decisions/live/updates.ts";
import { listOf, recordOf } from "../../../../domain/read_json.ts";
import { VARIANTS } from "../arbitrary.ts";
import {
  BEN,
  FAY,
  filled,
  fold,
  type Live,
  MIA,
  names,
  opened,
  sheet,
  sized,
} from "./fixture.ts";

/** The bodies of the channel as another server would read them from the disk. */
function fromDisk(live: Live) {
  return JSON.parse(JSON.stringify(live.events));
}

/** The analysis that closing stored, as it stands on the disk. */
function stored(live: Live): { readonly [key: string]: Json } {
  const analysis = recordOf(fromDisk(live).at(-1).body.analysis);
  if (analysis === null) throw new Error("nothing was stored");
  return analysis;
}

/** Runs a stored analysis again, from nothing but what is stored. */
function again(analysis: { readonly [key: string]: Json }) {
  const method = METHODS.find((one) => one === analysis.method);
  if (method === undefined) throw new Error("no method was stored");
  const numbers = (list: Json) => listOf(list).map(Number);
  const input: AnalysisInput = {
    method,
    matrix: listOf(analysis.matrix).map(numbers),
    weights: numbers(analysis.weights),
    directions: listOf(analysis.directions).map((one) =>
      one === "cost" ? "cost" : "benefit"
    ),
    params: readParams(recordOf(analysis.params) ?? {}),
  };
  const { scores, ranks, details } = analyze(input);
  return { scores, ranks, details };
}

const score = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.double({ min: 0.1, max: 1e6, noNaN: true }),
);
const four = fc.array(score, { minLength: 4, maxLength: 4 });

Deno.test("[D15] a stored analysis, run again from its entry alone, is the same to the bit", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VARIANTS),
      fc.array(four, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("mean" as const, "median" as const),
      fc.boolean(),
      ({ method, params }, sheets, aggregation, blind) => {
        const asJson = JSON.parse(JSON.stringify(params ?? {}));
        const live = opened({ method, params: asJson, aggregation, blind });
        for (const [i, one] of sheets.entries()) {
          live.give([MIA, BEN, FAY][i % 3], sheet(one));
        }
        live.close(FAY, "a", "Cheapest");
        const { scores, ranks, details, engine } = stored(live);
        assertEquals(engine, 1);
        assertEquals(
          JSON.parse(JSON.stringify(again(stored(live)))),
          { scores, ranks, details },
        );
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("[D15] what was stored is what everyone saw just before, and stays as it was", () => {
  const live = opened();
  live.give(MIA, sheet([1, 2, 3, 4]));
  const before = analysisOf(live.decision);
  assert(before.state === "ready");
  live.close(FAY, "b");
  const { scores, ranks } = stored(live);
  assertEquals([scores, ranks], [before.result.scores, before.result.ranks]);
  const folded = fold(fromDisk(live));
  assert(folded.status === "closed");
  assertEquals(decisionJson(folded).analysis, stored(live));
  assertEquals([folded.chosen, folded.closedAt], ["b", 1_000]);
});

Deno.test("[D15] a long analysis is stored without its working, a longer without the matrix", () => {
  const middling = closed(40, 20, (i, j) => i + j);
  assertEquals(middling.details, null);
  assert(Array.isArray(middling.matrix));
  const { scores, ranks } = again(middling);
  assertEquals([scores, ranks], [middling.scores, middling.ranks]);
  assertEquals(closed(100, 30, (i, j) => i / 7 + j / 3).matrix, null);
});

Deno.test("[D15] a matrix that is not stored follows from the entries before", () => {
  const live = scored(100, 30, (i, j) => i / 7 + j / 3);
  live.close(FAY);
  const before = fold(fromDisk(live).slice(0, -1));
  assert(before.status === "open");
  const analysis = analysisOf(before);
  assert(analysis.state === "ready");
  const { scores, ranks } = stored(live);
  const { result } = analysis;
  assertEquals([scores, ranks], [result.scores, result.ranks]);
});

/** A decision of this size, scored by one in the open a part at a time. */
function scored(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): Live {
  const settings = sized(rows, columns);
  const live = opened(settings);
  for (let from = 0; from < rows; from += 20) {
    const alternatives = settings.alternatives.slice(from, from + 20);
    const part = { ...settings, alternatives };
    live.give(MIA, filled(part, (i, j) => value(from + i, j)));
  }
  return live;
}

function closed(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
) {
  const live = scored(rows, columns, value);
  live.close(FAY);
  return stored(live);
}

/** Bytes of the longest body among the entries. */
function longest(live: Live): number {
  const lengths = live.events.map(({ body }) => JSON.stringify(body).length);
  return Math.max(...lengths);
}

Deno.test("[D19] at 4,000 cells every entry and every signal fits one message", () => {
  const live = scored(200, 20, (i, j) => (i + 1) / 7 + j / 3);
  live.weigh(MIA, { c3: 5 });
  live.change(FAY, { title: "Larger" });
  const update = analysisUpdated(live.state, live.events.length);
  assertEquals(update?.payload.state, "ready");
  assert(JSON.stringify(update).length < 60 * 1024);
  assertEquals(names(live.close(FAY, "a7", "Because")), ["decision_closed"]);
  assert(longest(live) < 60 * 1024, `${longest(live)} bytes`);
});

Deno.test("[D19] scores too long for one entry are refused, with what to do", () => {
  const settings = sized(200, 20);
  const live = opened(settings);
  const all = filled(settings, (i, j) => i / 7 + j / 3);
  const refused = { code: "decision_invalid", paths: ["scores"] };
  assertEquals(live.give(MIA, all), refused);
  assertEquals(names(live.give(MIA, filled(settings, (i) => i))), [
    "scores_given",
  ]);
});

Deno.test("[D19] an opening too long for one entry is refused", () => {
  const { alternatives, criteria } = sized(200, 20);
  const long = alternatives.map(({ id }) => ({ id, label: "ß".repeat(200) }));
  const live = opened({ alternatives, criteria });
  const refused = { code: "decision_invalid", paths: ["alternatives"] };
  assertEquals(live.change(FAY, { alternatives: long }), refused);
});

Deno.test("[D19] the answer to a command leaves out what makes it long", () => {
  const live = scored(200, 20, (i, j) => i / 7 + j / 3);
  const answer = answeredJson(live.decision);
  assert(JSON.stringify(answer).length < 60 * 1024);
  assertEquals(recordOf(answer)?.analysis, null);
  const small = opened();
  small.give(MIA, sheet([1, 2, 3, 4]));
  assertEquals(answeredJson(small.decision), decisionJson(small.decision));
});

Deno.test("[D14] before everything is scored the analysis is incomplete", () => {
  const live = opened();
  live.give(MIA, { a: { cost: 1, risk: 2 } });
  const { state, analysis, missing } = decisionJson(live.decision);
  assertEquals([state, analysis, missing], ["incomplete", null, 2]);
  const { state: hidden } = analysisOf(opened({ blind: true }).decision);
  assertEquals(hidden, "incomplete");
});

Deno.test("[D11] what the method cannot read is impossible, with the reason", () => {
  const live = opened({ method: "copras" });
  live.give(MIA, sheet([-1, 2, 3, 4]));
  const { state, analysis, mistakes } = decisionJson(live.decision);
  assertEquals([state, analysis], ["impossible", null]);
  assertEquals(mistakes, ["Not above 0, which this needs of a cost"]);
  live.close();
  assertEquals(live.decision.analysis, null);
});

Deno.test("[D14] an update tells the ranking, and nothing when it is over", () => {
  const live = opened();
  live.give(MIA, sheet([1, 2, 3, 1]));
  assertEquals(analysisUpdated(live.state, 7), {
    type: "DECISION_ANALYSIS_RESULT",
    key: "decision:d1",
    payload: {
      event: "analysis_updated",
      decisionId: "d1",
      asOf: 7,
      method: "topsis",
      weights: { cost: 2, risk: 1 },
      alternatives: ["a", "b"],
      missing: 0,
      state: "ready",
      mistakes: [],
      scores: [1, 0],
      ranks: [1, 2],
    },
  });
  live.close();
  assertEquals(analysisUpdated(live.state, 8), undefined);
});

/** JSON of any shape, with words that the fold knows among its keys and values. */
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Json[]>(null, true, 0, -1, 1e300, 1e-300, -1e100),
    fc.constantFrom("a", "b", "cost", "risk", "mia", "topsis", "linear"),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...["a", "b", "cost", "risk", "id", "label", "weight", "direction"],
        ...["userId", "scores", "salt", "__proto__", "constructor"],
      ),
      tie("json"),
      { maxKeys: 4 },
    ),
  ),
}));
const scoresLike = fc.dictionary(
  fc.constantFrom("a", "b", "__proto__"),
  fc.dictionary(
    fc.constantFrom("cost", "risk", "__proto__"),
    fc.oneof(
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.constantFrom(0, 1e300, -1e300, 5e-324, null),
    ),
  ),
);
const weightsLike = fc.dictionary(
  fc.constantFrom("cost", "risk"),
  fc.constantFrom(0, 1, 5e-324, 1e308, -1),
);
const paramsLike = fc.dictionary(
  fc.constantFrom(
    ...["lambda", "v", "q", "p", "s", "p0", "scale", "concordance"],
    ...["bounds", "ideal", "optimal", "normalization", "preference"],
  ),
  fc.oneof(json, fc.constantFrom<Json[]>(1e308, -1e308, [0, null], [[0, 1]])),
);
const stray = fc.record({
  event: fc.constantFrom(
    ...["decision_opened", "decision_changed", "weights_changed"],
    ...["scores_given", "scores_revealed", "decision_closed", "unheard_of"],
  ),
  decisionId: fc.constantFrom<Json[]>("d1", "d2", null, 5),
  method: fc.constantFrom<Json[]>(...METHODS, "unheard_of", null),
  criteria: fc.oneof(
    json,
    fc.array(fc.record({ id: fc.constantFrom("cost", "risk"), weight: json })),
  ),
  alternatives: fc.oneof(json, fc.constant([{ id: "a" }, { id: "b" }])),
  params: fc.oneof(json, paramsLike),
  aggregation: fc.constantFrom<Json[]>("mean", "median", 3),
  weights: fc.oneof(json, weightsLike),
  scores: fc.oneof(json, scoresLike),
  userId: fc.oneof(json, fc.constantFrom("mia", "ben")),
  name: json,
  commitment: fc.constantFrom<Json[]>(null, "c0ffee", 3),
  sheets: fc.oneof(
    json,
    fc.array(fc.record({
      userId: fc.constantFrom("mia", "ben"),
      scores: fc.oneof(json, scoresLike),
      salt: json,
    })),
  ),
  part: fc.constantFrom<Json[]>(1, 2, null),
  parts: fc.constantFrom<Json[]>(1, 2, null),
  analysis: json,
  chosen: json,
}, { requiredKeys: ["event"] });

Deno.test("[D11] stored numbers that cannot be calculated with are left out", () => {
  const live = opened();
  const stray = (body: object) => ({
    ...live.events[0],
    body: { event: "none", decisionId: "d1", userId: "mia", ...body },
  });
  const state = fold([
    ...live.events,
    stray({
      event: "scores_given",
      scores: { a: { cost: 1e300, risk: 5e-324 }, b: { cost: 7, risk: null } },
    }),
    stray({ event: "weights_changed", weights: { cost: 5e-324, risk: 1e300 } }),
  ]);
  assert(state.status === "open");
  assertEquals(state.sheets.get("mia")?.scores, { a: {}, b: { cost: 7 } });
  assertEquals(state.criteria.map(({ weight }) => weight), [2, 1]);
});

Deno.test("[D11] whatever is stored folds without a fault, and no number of it is none", () => {
  let analysed = 0;
  const whole = fc.record({
    method: fc.constantFrom(...METHODS),
    params: paramsLike,
    four: fc.oneof(
      four,
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
        minLength: 4,
        maxLength: 4,
      }),
    ),
    blind: fc.boolean(),
    strays: fc.array(stray, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(whole, ({ method, params, four, blind, strays }) => {
      const live = opened({ method, params, blind });
      live.give(MIA, sheet(four));
      const events = [
        ...live.events,
        ...strays.map((body, i) => ({
          ...live.events[0],
          body: { decisionId: "d1", ...body },
          offset: i + 10,
        })),
      ];
      const state = fold(events);
      assert(state.status !== "none");
      analysed += demandNumbers(state);
    }),
    { numRuns: 1000 },
  );
  assert(analysed > 50, `only ${analysed} could be analysed`);
});

/** 1 if it could be analysed. */
function demandNumbers(decision: LiveDecision): number {
  const analysis = analysisOf(decision);
  demandFinite(analysis);
  demandFinite(decisionJson(decision));
  demandFinite(analysisUpdated(decision, 1));
  return analysis.state === "ready" ? 1 : 0;
}

function demandFinite(value: unknown): void {
  if (typeof value === "number") assert(Number.isFinite(value));
  if (typeof value !== "object" || value === null) return;
  for (const one of Object.values(value)) demandFinite(one);
}
