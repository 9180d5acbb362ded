/** What is computed of a decision for its page: parts, views, the check of what was stored. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type AnalysisInput,
  analyze,
  METHODS,
} from "../../domain/decisions/analyze.ts";
import {
  analysisJson,
  analysisOf,
} from "../../domain/decisions/live/analysis.ts";
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import { checkStored } from "../../islands/decision_check.ts";
import { figuresOf } from "../../islands/decision_engine.ts";
import { rankedOrder } from "../../islands/decision_figures.ts";
import { METHOD_HELP } from "../../islands/decision_methods.ts";
import {
  summaryWords,
  withDecisionEntry,
  withDecisionSignal,
} from "../../islands/decision_panel.ts";
import { methodsOf, tornadoOf } from "../../islands/decision_sensitivity.ts";
import { packDecision, unpackDecision } from "../../islands/decision_state.ts";
import { METHOD_NAMES } from "../../islands/decision_words.ts";

function decisionBy(
  method: LiveDecision["method"],
  change: Partial<LiveDecision> = {},
): LiveDecision {
  return {
    status: "open",
    decisionId: "d1",
    sessionId: null,
    template: null,
    title: "Which?",
    description: null,
    method,
    params: {},
    aggregation: "median",
    alternatives: ["a", "b", "c"].map((id) => ({
      id,
      label: id.toUpperCase(),
    })),
    criteria: [
      { id: "x", label: "X", unit: null, direction: "cost", weight: 3 },
      { id: "y", label: "Y", unit: null, direction: "benefit", weight: 2 },
      { id: "z", label: "Z", unit: null, direction: "benefit", weight: 1 },
    ],
    blind: false,
    revealed: true,
    openedBy: "ana",
    openedByName: "Ana",
    openedAt: 1,
    closedAt: null,
    changedAt: 1,
    sheets: new Map([["ana", {
      name: "Ana",
      scores: {
        a: { x: 4, y: 7, z: 2 },
        b: { x: 6, y: 9, z: 5 },
        c: { x: 9, y: 3, z: 8 },
      },
      commitment: null,
      salt: null,
      offset: 2,
    }]]),
    chosen: null,
    reason: null,
    analysis: null,
    ...change,
  };
}

for (const method of METHODS) {
  Deno.test(`[${method}] what criteria add comes to the score, and it has a name and a help`, () => {
    const { state, parts, scores } = figuresOf(decisionBy(method));
    assertEquals(state, "ready");
    parts?.forEach((row, i) => {
      const sum = row.reduce((a, b) => a + b, 0);
      assert(Math.abs(sum - scores[i]) < 1e-3, `${sum} is not ${scores[i]}`);
    });
    assert(METHOD_NAMES[method].length > 0 && METHOD_HELP[method].length > 0);
  });
}

Deno.test("six methods tell what each criterion adds", () => {
  assertEquals(
    METHODS.filter((method) => figuresOf(decisionBy(method)).parts !== null),
    ["wsm", "promethee2", "aras", "moora", "mabac", "spotis"],
  );
});

Deno.test("a decision goes to the page and back as it was", () => {
  const decision = decisionBy("wsm");
  assertEquals(unpackDecision(packDecision(decision)), decision);
});

Deno.test("equals stand in the order they are listed", () => {
  assertEquals(rankedOrder([2, 1, 2, 1]), [1, 3, 0, 2]);
});

const INPUT: AnalysisInput = {
  method: "wsm",
  matrix: [[10, 0], [0, 8]],
  weights: [0.5, 0.5],
  directions: ["benefit", "benefit"],
};

Deno.test("the tornado tells how far the leader stays ahead, widest first", () => {
  assertEquals(tornadoOf(INPUT), {
    leader: 0,
    second: 1,
    margin: 1,
    swings: [
      { criterion: 0, low: -1.5, high: 3.5 },
      { criterion: 1, low: 3, high: -1 },
    ],
  });
});

Deno.test("where lower is better, being ahead still counts up", () => {
  const tornado = tornadoOf({ ...INPUT, method: "spotis" });
  assert(tornado && tornado.margin >= 0);
});

Deno.test("one alternative is ahead of nobody", () => {
  assertEquals(tornadoOf({ ...INPUT, matrix: [[1, 2]] }), undefined);
});

Deno.test("methods that cannot read the scores are named, the others compared", () => {
  const { methods, unable, results } = methodsOf({
    ...INPUT,
    matrix: [[10, -1], [1, 8]],
  });
  assertEquals(
    unable.map(({ method }) => method),
    METHODS.filter((method) => !methods.includes(method)),
  );
  assert(unable.some(({ method }) => method === "electre1"));
  assertEquals(results.length, methods.length);
});

function closed(method: LiveDecision["method"]) {
  const analysis = analysisJson(analysisOf(decisionBy(method)), Infinity);
  return JSON.parse(JSON.stringify({ analysis }));
}

for (const method of METHODS) {
  Deno.test(`[${method}] a stored analysis computed again has the same bits`, () => {
    assertStringIncludes(
      checkStored(closed(method)),
      "Every bit is the same: 3 scores, their ranks and the working",
    );
  });
}

Deno.test("one bit of difference in a stored score is told", () => {
  const stored = closed("topsis");
  const [score] = stored.analysis.scores;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, score);
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n);
  stored.analysis.scores[0] = bits.getFloat64(0);
  assertStringIncludes(checkStored(stored), "Not the same: score 1 was");
});

Deno.test("other ranks, another working, another engine: each is told apart", () => {
  const ranks = closed("topsis");
  ranks.analysis.ranks.reverse();
  assertStringIncludes(checkStored(ranks), "the ranks differ");
  const working = closed("topsis");
  working.analysis.details.ideal[0] += 1;
  assertStringIncludes(checkStored(working), "the working differs");
  const engine = closed("topsis");
  engine.analysis.engine = 99;
  assertStringIncludes(checkStored(engine), "another version");
  assertStringIncludes(
    checkStored({ analysis: null }),
    "No analysis was stored",
  );
});

Deno.test("the figures of a closed decision are those that were stored", () => {
  const stored = closed("topsis").analysis;
  const figures = figuresOf(decisionBy("topsis", {
    status: "closed",
    analysis: { ...stored, scores: [0.1, 0.2, 0.3], ranks: [3, 2, 1] },
  }));
  assertEquals([figures.scores, figures.ranks], [[0.1, 0.2, 0.3], [3, 2, 1]]);
});

const { ranks: RANKS } = analyze(INPUT);

const ENTRY = {
  type: "DECISION_ANALYSIS_RESULT",
  v: 1,
  channel: "session:s1",
  offset: 1,
  at: 1,
  sender: "ana",
};

Deno.test("a room's list of decisions follows what it hears", () => {
  const alternatives = [{ id: "a", label: "A" }, { id: "b", label: "B" }];
  const about = { decisionId: "d1", title: "Which?", alternatives };
  const opened = withDecisionEntry([], {
    ...ENTRY,
    body: { event: "decision_opened", ...about, blind: false },
  });
  assertEquals(opened.map(summaryWords), ["Scores are missing"]);
  const payload = {
    event: "analysis_updated",
    decisionId: "d1",
    state: "ready",
    alternatives: ["a", "b"],
    ranks: RANKS,
  };
  const told = withDecisionSignal(opened, {
    type: ENTRY.type,
    payload,
    body: payload,
  });
  assertEquals(told.map(summaryWords), ["A leads"]);
  const ended = withDecisionEntry(told, {
    ...ENTRY,
    body: { event: "decision_closed", ...about, chosen: "b", analysis: null },
  });
  assertEquals(ended.map(summaryWords), ["Chosen: B"]);
  const other = { ...ENTRY, body: { event: "message_posted", text: "hi" } };
  assertEquals(withDecisionEntry(ended, other), ended);
});
