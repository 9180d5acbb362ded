/** Decision calculations over HTTP: answers, who may ask, and what is refused, with its place. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { CASES, flat } from "../../domain/decisions/reference_cases.ts";
import { assertClose } from "../../domain/decisions/close.ts";
import { analyze } from "../../../domain/decisions/analyze.ts";
import { fixture } from "../fixture.ts";

const ANALYZE = "/api/v1/decisions/analyze";
const WEIGHTS = "/api/v1/decisions/weights";
const SENSITIVITY = "/api/v1/decisions/sensitivity";
const COMPARE = "/api/v1/decisions/compare";
const PATHS = [ANALYZE, WEIGHTS, SENSITIVITY, COMPARE];

const PROBLEM = {
  matrix: [[0.8, 0.4], [0.5, 0.9]],
  weights: [0.5, 0.5],
  directions: ["benefit", "benefit"],
};

async function post(path: string, body: unknown) {
  using f = await fixture();
  const response = await f.call("POST", path, body);
  const { computedAt: _, cached: __, ...answer } = await response.json();
  return { status: response.status, body: answer };
}

/** The places a body is refused for. */
async function refusedAt(path: string, body: unknown): Promise<string[]> {
  const { status, body: { errors } } = await post(path, body);
  assertEquals(status, 422);
  return errors.map((error: { path: string }) => error.path);
}

for (const { id, call, body, expected, tolerance } of CASES) {
  Deno.test(`[D1] over HTTP: reference case ${id}`, async () => {
    const answer = await post(`/api/v1/decisions/${call}`, body);
    assertEquals(answer.status, 200);
    const actual = flat(answer.body);
    for (const [name, value] of Object.entries(expected)) {
      assertClose(actual[name], value, tolerance, name);
    }
  });
}

Deno.test("[D1] analyze answers method, scores, ranks and details", async () => {
  const matrix = [[1, 2], [3, 4]];
  const body = { method: "wsm", ...PROBLEM, matrix };
  assertEquals(await post(ANALYZE, body), {
    status: 200,
    body: {
      method: "wsm",
      scores: [1.5, 3.5],
      ranks: [2, 1],
      details: {
        dominated: [{ alternative: 0, by: [1] }],
        normalized: matrix,
        weighted: [[0.5, 1], [1.5, 2]],
      },
    },
  });
});

Deno.test("[D8] the switch of a criterion is in details", async () => {
  const body = { kind: "switch", method: "wsm", ...PROBLEM };
  const one = await post(SENSITIVITY, { ...body, params: { criterion: 0 } });
  assertEquals(one.status, 200);
  assertClose(one.body.details.switchWeight, 0.625, 1e-12);
  assertEquals(one.body.details.winnerBelow, 1);
  const all = await post(SENSITIVITY, body);
  assertEquals(all.body.details.criteria.length, 2);
});

Deno.test("[D9] SMAA over HTTP is the same for a seed, and another for another", async () => {
  const ask = async (seed: number) => {
    const params = { samples: 500, seed };
    const body = { kind: "smaa", method: "topsis", ...PROBLEM, params };
    return (await post(SENSITIVITY, body)).body.details;
  };
  const first = await ask(7);
  assertEquals(await ask(7), first);
  assert(JSON.stringify(await ask(8)) !== JSON.stringify(first));
  assertEquals([first.samples, first.seed], [500, 7]);
});

Deno.test("[D9] SMAA needs neither weights nor a method", async () => {
  const { matrix, directions } = PROBLEM;
  const body = { kind: "smaa", matrix, directions, params: { samples: 10 } };
  assertEquals((await post(SENSITIVITY, body)).status, 200);
});

Deno.test("[D10] compare answers results, agreement and winners", async () => {
  const { status, body } = await post(COMPARE, {
    ...PROBLEM,
    matrix: [[0.8, 0.4], [0.5, 0.9], [0.1, 0.1]],
    methods: ["wsm", "topsis"],
    params: { topsis: { normalization: "minmax" } },
  });
  assertEquals(status, 200);
  assertEquals(body.agreement, { kendallW: 1 });
  assertEquals(body.winners, [[1], [1]]);
  const [wsm] = body.results;
  assertEquals([wsm.method, wsm.ranks], ["wsm", [2, 1, 3]]);
  assertEquals(wsm.details.rankReversal, {
    without: 2,
    ranks: [2, 1],
    reversed: false,
    pairs: [],
  });
});

Deno.test("[D9] what is large is answered the same, from a worker", async () => {
  const matrix = Array.from(
    { length: 200 },
    (_, i) => Array.from({ length: 20 }, (_, j) => 1 + (i * 7 + j * 13) % 31),
  );
  const list = <T>(item: T) => matrix[0].map(() => item);
  const problem = {
    matrix,
    weights: list(0.05),
    directions: list("benefit" as const),
  };
  const analysed = await post(ANALYZE, { method: "electre1", ...problem });
  const inline = analyze({ method: "electre1", ...problem });
  assertEquals(analysed.body, JSON.parse(JSON.stringify(inline)));
  const compared = await post(COMPARE, {
    methods: ["wsm", "edas"],
    ...problem,
  });
  assertEquals(compared.status, 200);
  assertEquals(compared.body.results.length, 2);
});

Deno.test("[D12] an observer may calculate, nobody in particular may not", async () => {
  using f = await fixture();
  const sent = { method: "wsm", ...PROBLEM };
  const observer = { name: "Bo", role: "observer" } as const;
  const asked = await f.callAs(observer, "POST", ANALYZE, sent);
  assertEquals(asked.status, 200);
  const body = JSON.stringify(sent);
  const unknown = await f.request(ANALYZE, { method: "POST", body });
  assertEquals(unknown.status, 401);
});

const WIDE = Array.from({ length: 51 }, () => 1);

/** By what is wrong: what is sent instead, and the places that are named. */
const BROKEN_PROBLEMS: Record<string, [Record<string, unknown>, string[]]> = {
  "no such method": [{ method: "dice" }, ["method"]],
  "no alternatives": [{ matrix: [] }, ["matrix"]],
  "no criteria": [{ matrix: [[], []] }, ["matrix.0", "matrix.1"]],
  "rows of different lengths": [{ matrix: [[1, 2], [3]] }, ["matrix.1"]],
  "a gap": [{ matrix: [[1, null], [3, 4]] }, ["matrix.0.1"]],
  "a text": [{ matrix: [[1, 2], ["3", 4]] }, ["matrix.1.0"]],
  "a number too large": [{ matrix: [[1, 1e300], [3, 4]] }, ["matrix.0.1"]],
  "a number too small": [{ matrix: [[1, 1e-300], [3, 4]] }, ["matrix.0.1"]],
  "too many alternatives": [
    { matrix: Array.from({ length: 201 }, () => [1, 2]) },
    ["matrix"],
  ],
  "too many criteria": [{ matrix: [WIDE] }, ["matrix.0"]],
  "too few weights": [{ weights: [1] }, ["weights"]],
  "too many directions": [
    { directions: ["cost", "cost", "cost"] },
    ["directions"],
  ],
  "no such direction": [{ directions: ["up", "cost"] }, ["directions.0"]],
  "a weight below 0": [{ weights: [-1, 2] }, ["weights.0"]],
  "no weight at all": [{ weights: [0, 0] }, ["weights"]],
  "a weight too small": [{ weights: [1e-300, 1] }, ["weights.0"]],
};

for (const [what, [change, places]] of Object.entries(BROKEN_PROBLEMS)) {
  Deno.test(`[D12] analyze refuses ${what}`, async () => {
    const body = { method: "wsm", ...PROBLEM, ...change };
    assertEquals(await refusedAt(ANALYZE, body), places);
  });
}

const NEGATIVE = { matrix: [[-1, 2], [3, 4]] };
const FREE = { matrix: [[0, 2], [3, 4]], directions: ["cost", "benefit"] };

/** Method, parameters and values that do not go together. */
const UNFIT: [string, Record<string, unknown>, string[]][] = [
  ["wpm", NEGATIVE, ["matrix.0.0"]],
  ["waspas", FREE, ["matrix.0.0"]],
  ["copras", FREE, ["matrix.0.0"]],
  ["aras", NEGATIVE, ["matrix.0.0"]],
  ["electre1", NEGATIVE, ["matrix.0.0"]],
  ["edas", { matrix: [[-1, 2], [1, 4]] }, ["matrix.0.0"]],
  ["wsm", { ...FREE, params: { normalization: "max" } }, ["matrix.0.0"]],
  ["wsm", { params: { normalization: "size" } }, ["params.normalization"]],
  ["topsis", { params: { normalization: "sum" } }, ["params.normalization"]],
  ["vikor", { params: { v: 1.1 } }, ["params.v"]],
  ["waspas", { params: { lambda: -1 } }, ["params.lambda"]],
  ["electre2", { params: { p0: 0.4 } }, ["params.p1"]],
  ["promethee2", { params: { preference: ["usual"] } }, ["params.preference"]],
  ["promethee2", { params: { preference: "linear", p: 1 } }, [
    "params.q.0",
    "params.q.1",
  ]],
  [
    "promethee2",
    { params: { preference: ["usual", "level"], q: [null, 3], p: [null, 2] } },
    ["params.p.1"],
  ],
  ["promethee2", { params: { preference: "gaussian", s: 0 } }, [
    "params.s.0",
    "params.s.1",
  ]],
  ["aras", { params: { optimal: [1] } }, ["params.optimal"]],
  ["aras", { ...PROBLEM, params: { optimal: [-1, 1] } }, ["params.optimal.0"]],
  ["spotis", { params: { bounds: [[0, 1]] } }, ["params.bounds"]],
  ["spotis", { params: { bounds: [[0, 0.7], [0, 1]] } }, ["params.bounds.0"]],
  ["spotis", { params: { ideal: [0.6, 9] } }, ["params.ideal.1"]],
  ["wpm", { matrix: [[1e99, 2], [3, 4]], weights: [9, 9] }, ["weights"]],
];

for (const [method, change, places] of UNFIT) {
  Deno.test(`[D12] ${method} refuses ${JSON.stringify(change)}`, async () => {
    const body = { method, ...PROBLEM, ...change };
    assertEquals(await refusedAt(ANALYZE, body), places);
  });
}

/** Weightings, what is wrong with them, and where. */
const BROKEN_WEIGHINGS: [Record<string, unknown>, string[]][] = [
  [{ method: "luck" }, ["method"]],
  [{ method: "entropy" }, ["matrix"]],
  [{ method: "entropy", ...NEGATIVE }, ["matrix.0.0"]],
  [{ method: "merec", matrix: [[0, 1], [1, 2]] }, ["matrix.0.0"]],
  [{ method: "critic", matrix: [[1, 2], [3]] }, ["matrix.1"]],
  [{ method: "std", matrix: [[1, 2]], directions: ["cost"] }, ["directions"]],
  [{ method: "ahp", comparisons: [[1, 2]] }, ["comparisons.0"]],
  [{ method: "ahp", comparisons: [[1, 2], [2, 1]] }, ["comparisons.1.0"]],
  [{ method: "ahp", comparisons: [[1, 2], [0, 1]] }, ["comparisons.1.0"]],
  [{ method: "ahp", comparisons: [[2]] }, ["comparisons.0.0"]],
  [
    { method: "bwm", params: { best: 0, worst: 5, ...pairs([1, 2], [2, 1]) } },
    ["params.worst"],
  ],
  [
    { method: "bwm", params: { best: 0, worst: 0, ...pairs([1, 2], [1, 2]) } },
    ["params.worst"],
  ],
  [
    { method: "bwm", params: { best: 0, worst: 1, ...pairs([1, 2], [3, 1]) } },
    ["params.othersToWorst.0"],
  ],
  [
    { method: "bwm", params: { best: 0, worst: 1, ...pairs([2, 2], [2, 1]) } },
    ["params.bestToOthers.0"],
  ],
];

function pairs(bestToOthers: number[], othersToWorst: number[]) {
  return { bestToOthers, othersToWorst };
}

for (const [body, places] of BROKEN_WEIGHINGS) {
  Deno.test(`[D12] weights refuses ${JSON.stringify(body)}`, async () => {
    assertEquals(await refusedAt(WEIGHTS, body), places);
  });
}

Deno.test("[D12] sensitivity refuses what it cannot sweep", async () => {
  const at = (change: Record<string, unknown>) =>
    refusedAt(SENSITIVITY, { kind: "switch", ...PROBLEM, ...change });
  assertEquals(await at({ kind: "hope" }), ["kind"]);
  assertEquals(await at({ method: "topsis" }), ["method"]);
  assertEquals(await at({ params: { criterion: 2 } }), ["params.criterion"]);
  assertEquals(await at({ kind: "smaa", params: { samples: 100_001 } }), [
    "params.samples",
  ]);
  assertEquals(await at({ kind: "smaa", params: { seed: -1 } }), [
    "params.seed",
  ]);
  const large = Array.from({ length: 200 }, (_, i) => [i, i]);
  const smaa = { kind: "smaa", method: "electre1", matrix: large };
  assertEquals(await at({ ...smaa, params: { samples: 100_000 } }), [
    "params.samples",
  ]);
});

Deno.test("[D12] compare refuses a method twice, and names whose mistake it is", async () => {
  assertEquals(
    await refusedAt(COMPARE, { ...PROBLEM, methods: ["wsm", "wsm"] }),
    ["methods"],
  );
  const { body } = await post(COMPARE, {
    ...PROBLEM,
    ...NEGATIVE,
    methods: ["wsm", "aras"],
  });
  assertEquals(body.errors, [{
    path: "matrix.0.0",
    message: "aras: Below 0, which this cannot read",
  }]);
});

Deno.test("[D12] every example in the API's document is accepted", async () => {
  for (const { path, example } of await examples()) {
    assertEquals((await post(path, example)).status, 200);
  }
});

Deno.test("[D11] whatever a body holds, it is answered in numbers or refused", async () => {
  using f = await fixture();
  const bodies = await examples();
  const seed = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(0, -0, 1e100, -1e100, 1e-100, [], {}, [[]], "wpm", "aras"),
  );
  const broken = fc.record({
    body: fc.constantFrom(...bodies.filter(({ example }) => !isSmaa(example))),
    path: fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
    seed,
  });
  await fc.assert(
    fc.asyncProperty(broken, async ({ body, path, seed }) => {
      const sent = planted(body.example, path, seed);
      if (isSmaa(sent)) return;
      const response = await f.call("POST", body.path, sent);
      const { status } = response;
      assert(status === 200 || status === 422, `${status}`);
      const answer = await response.json();
      // NaN and Infinity would have become null.
      if (status === 200) assertNumbers(answer.scores ?? answer.weights ?? []);
    }),
    { numRuns: 1000 },
  );
});

function assertNumbers(values: readonly unknown[]): void {
  for (const value of values) assert(typeof value === "number", `${value}`);
}

async function examples(): Promise<{ path: string; example: unknown }[]> {
  using f = await fixture();
  const response = await f.call("GET", "/api/v1/openapi.json");
  const { paths } = await response.json();
  return PATHS.flatMap((path) => {
    const { requestBody } = paths[path].post;
    const { examples } = requestBody.content["application/json"].schema;
    assert(examples.length > 0);
    return examples.map((example: unknown) => ({ path, example }));
  });
}

/** A thread per try would take long; its input is checked like the others'. */
function isSmaa(body: unknown): boolean {
  return JSON.stringify(body).includes("smaa");
}

/** Puts a value somewhere into another. */
function planted(
  value: unknown,
  path: readonly number[],
  seed: unknown,
): unknown {
  if (path.length === 0 || typeof value !== "object" || value === null) {
    return seed;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return seed;
  const [key, item] = entries[path[0] % entries.length];
  const inner = planted(item, path.slice(1), seed);
  return Array.isArray(value)
    ? value.with(Number(key), inner)
    : { ...value, [key]: inner };
}
