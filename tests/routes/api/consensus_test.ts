/** Consensus calculations over HTTP: answers, who may ask, and what is refused, with its place. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { fixture } from "../fixture.ts";

const TALLY = "/api/v1/consensus/tally";
const AGREEMENT = "/api/v1/consensus/agreement";
const POLICY = "/api/v1/consensus/policy";

const POLL = {
  method: "borda",
  candidates: ["M", "N", "C", "K"],
  ballots: [
    { ranking: [["M"], ["N"], ["C"], ["K"]], count: 42 },
    { ranking: [["N"], ["C"], ["K"], ["M"]], count: 26 },
    { ranking: [["C"], ["K"], ["N"], ["M"]], count: 15 },
    { ranking: [["K"], ["C"], ["N"], ["M"]], count: 17 },
  ],
};

async function post(path: string, body: unknown) {
  using f = await fixture();
  const response = await f.call("POST", path, body);
  return { status: response.status, body: await response.json() };
}

/** The places a body is refused for. */
async function refusedAt(path: string, body: unknown): Promise<string[]> {
  const { status, body: { errors } } = await post(path, body);
  assertEquals(status, 422);
  return errors.map((error: { path: string }) => error.path);
}

Deno.test("[C1] a tally answers winners, ranking and details", async () => {
  assertEquals(await post(TALLY, POLL), {
    status: 200,
    body: {
      winners: ["N"],
      ranking: [["N"], ["C"], ["M"], ["K"]],
      details: {
        scores: { M: 126, N: 194, C: 173, K: 107 },
        condorcetWinner: "N",
      },
    },
  });
});

Deno.test("[C1] agreement answers a value, or null with a reason", async () => {
  assertEquals(
    await post(AGREEMENT, { metric: "kendall_w", data: [[1, 2], [1, 2]] }),
    { status: 200, body: { value: 1, details: { raters: 2, items: 2 } } },
  );
  assertEquals(
    await post(AGREEMENT, { metric: "tastle_wierman", data: [0, 0] }),
    {
      status: 200,
      body: {
        value: null,
        details: { total: 0, reason: "Nobody gave a grade" },
      },
    },
  );
});

const VOTES = {
  yes: 20,
  no: 10,
  abstain: 0,
  eligible: 30,
  quorum: 0.5,
  threshold: 2 / 3,
  vetoes: 0,
};

Deno.test("[C8] the policy answers its state and nothing else", async () => {
  const passed = { status: 200, body: { state: "passed" } };
  assertEquals(await post(POLICY, VOTES), passed);
});

Deno.test("[C10] an observer may calculate, nobody in particular may not", async () => {
  using f = await fixture();
  const observer = { name: "Bo", role: "observer" } as const;
  const asked = await f.callAs(observer, "POST", POLICY, VOTES);
  assertEquals(asked.status, 200);
  const body = JSON.stringify(VOTES);
  const unknown = await f.request(POLICY, { method: "POST", body });
  assertEquals(unknown.status, 401);
});

const ONE = { method: "plurality", candidates: ["a", "b"] };
const GRADED = {
  method: "majority_judgment",
  candidates: ["a", "b"],
  grades: ["bad", "good"],
};

/** By what is wrong: the body, and the places that are named. */
const BROKEN_POLLS: Record<string, [unknown, string[]]> = {
  "no such method": [{ ...POLL, method: "dice" }, ["method"]],
  "no candidates": [{ ...POLL, candidates: [], ballots: [] }, [
    "candidates",
    "ballots",
  ]],
  "no ballots": [{ ...ONE, ballots: [] }, ["ballots"]],
  "a candidate listed twice": [
    { ...ONE, candidates: ["a", "b", "a"], ballots: [{ ranking: [["a"]] }] },
    ["candidates.2"],
  ],
  "too many candidates": [
    {
      ...ONE,
      candidates: Array.from({ length: 201 }, (_, one) => `c${one}`),
      ballots: [{ ranking: [] }],
    },
    ["candidates"],
  ],
  "an unknown candidate": [
    { ...ONE, ballots: [{ ranking: [["a"]] }, { ranking: [["b", "x"]] }] },
    ["ballots.1.ranking.0.1"],
  ],
  "a candidate ranked twice": [
    { ...ONE, ballots: [{ ranking: [["a"], ["b"], ["a"]] }] },
    ["ballots.0.ranking.2.0"],
  ],
  "a weight below 0": [
    { ...ONE, ballots: [{ ranking: [["a"]], count: -1 }] },
    ["ballots.0.count"],
  ],
  "a weight that is none": [
    { ...ONE, ballots: [{ ranking: [["a"]], count: NaN }] },
    ["ballots.0.count"],
  ],
  "a weight too fine": [
    { ...ONE, ballots: [{ ranking: [["a"]], count: 1 / 3 }] },
    ["ballots.0.count"],
  ],
  "a weight too large": [
    { ...ONE, ballots: [{ ranking: [["a"]], count: 1e300 }] },
    ["ballots.0.count"],
  ],
  "weights too large together": [
    {
      ...ONE,
      ballots: [{ ranking: [["a"]], count: 1e13 }, { ranking: [["b"]] }],
    },
    ["ballots"],
  ],
  "no weight at all": [
    { ...ONE, ballots: [{ ranking: [["a"]], count: 0 }] },
    ["ballots"],
  ],
  "an unknown choice": [
    { ...ONE, method: "approval", ballots: [{ choices: ["a", "x"] }] },
    ["ballots.0.choices.1"],
  ],
  "a choice made twice": [
    { ...ONE, method: "approval", ballots: [{ choices: ["a", "a"] }] },
    ["ballots.0.choices.1"],
  ],
  "an unknown grade": [
    { ...GRADED, ballots: [{ grades: { a: "fine" } }] },
    ["ballots.0.grades.a"],
  ],
  "a grade for nobody": [
    { ...GRADED, ballots: [{ grades: { x: "good" } }] },
    ["ballots.0.grades.x"],
  ],
  "a grade listed twice": [
    { ...GRADED, grades: ["bad", "bad"], ballots: [{ grades: {} }] },
    ["grades.1"],
  ],
  "too many candidates for kemeny": [
    {
      method: "kemeny",
      candidates: Array.from({ length: 17 }, (_, one) => `c${one}`),
      ballots: [{ ranking: [["c1"]] }],
    },
    ["candidates"],
  ],
};

for (const [what, [body, places]] of Object.entries(BROKEN_POLLS)) {
  Deno.test(`[C10] a tally with ${what} is refused, with its place`, async () => {
    assertEquals(await refusedAt(TALLY, body), places);
  });
}

Deno.test("[C10] a name that would reach into objects is refused, with its place", async () => {
  using f = await fixture();
  const send = async (body: string) => {
    const headers = { authorization: `Bearer token-for-tests` };
    const response = await f.request(TALLY, { method: "POST", body, headers });
    const { errors } = await response.json();
    return [response.status, errors[0].path];
  };
  assertEquals(
    await send(
      '{"method":"irv","candidates":["__proto__"],"ballots":[{"ranking":[["__proto__"]]}]}',
    ),
    [422, "candidates.0"],
  );
  const { method, candidates, grades } = GRADED;
  const rest = JSON.stringify({ method, candidates, grades }).slice(1, -1);
  assertEquals(
    await send(`{${rest},"ballots":[{"grades":{"__proto__":"good"}}]}`),
    [422, "ballots.0.grades.__proto__"],
  );
});

Deno.test("[C10] a poll broken all over names a few places only", async () => {
  const ballots = Array.from({ length: 5000 }, () => ({ ranking: [["x"]] }));
  assertEquals((await refusedAt(TALLY, { ...ONE, ballots })).length, 20);
});

const alpha = (data: unknown, metric: string) => ({
  metric: "krippendorff_alpha",
  data,
  params: { metric },
});

const BROKEN_DATA: Record<string, [unknown, string[]]> = {
  "rows of different lengths": [
    { metric: "kendall_w", data: [[1, 2], [1, 2, 3]] },
    ["data.1"],
  ],
  "no rows": [{ metric: "kendall_w", data: [] }, ["data"]],
  "no items": [{ metric: "fleiss_kappa", data: [] }, ["data"]],
  "no categories": [{ metric: "cohen_kappa", data: [[]] }, ["data.0"]],
  "coders who differ in length": [alpha([[1], [1, 2]], "ratio"), ["data.1"]],
  "items rated differently often": [
    { metric: "fleiss_kappa", data: [[2, 1], [1, 1]] },
    ["data.1"],
  ],
  "a table that is not square": [
    { metric: "cohen_kappa", data: [[1, 2, 3], [1, 2, 3]] },
    ["data"],
  ],
  "no distance": [{ metric: "krippendorff_alpha", data: [[1]] }, ["params"]],
  "texts that have no interval": [alpha([[1, "b"]], "interval"), ["data.0.1"]],
  "a ratio below 0": [alpha([[1], [-1]], "ratio"), ["data.1.0"]],
  "more ratios than can be compared": [
    alpha([0, 1].map(() => Array.from({ length: 7000 }, (_, n) => n)), "ratio"),
    ["data"],
  ],
  "a count below 0": [
    { metric: "tastle_wierman", data: [1, -1] },
    ["data.1"],
  ],
  "one grade": [{ metric: "entropy", data: [1] }, ["data"]],
  "numbers beyond all measure": [{ metric: "iqr", data: [1e300] }, ["data.0"]],
};

for (const [what, [body, places]] of Object.entries(BROKEN_DATA)) {
  Deno.test(`[C10] agreement on ${what} is refused, with its place`, async () => {
    assertEquals(await refusedAt(AGREEMENT, body), places);
  });
}

Deno.test("[C10] a policy that cannot be is refused, with its place", async () => {
  const at = (change: object) => refusedAt(POLICY, { ...VOTES, ...change });
  assertEquals(await at({ eligible: 29 }), ["eligible"]);
  assertEquals(await at({ yes: -1 }), ["yes"]);
  assertEquals(await at({ quorum: 16 }), ["quorum"]);
  assertEquals(await at({ threshold: 1.01 }), ["threshold"]);
  assertEquals(await at({ vetoes: 0.5 }), ["vetoes"]);
});

Deno.test("[C10] every example in the API's document is accepted", async () => {
  using f = await fixture();
  const response = await f.call("GET", "/api/v1/openapi.json");
  const { paths } = await response.json();
  for (const path of [TALLY, AGREEMENT, POLICY]) {
    const { requestBody } = paths[path].post;
    assertEquals(requestBody.required, true);
    const { examples } = requestBody.content["application/json"].schema;
    assert(examples.length > 0);
    for (const example of examples) {
      assertEquals((await post(path, example)).status, 200);
    }
  }
});

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

Deno.test("[C10] whatever a body holds, it is answered or refused", async () => {
  using f = await fixture();
  const response = await f.call("GET", "/api/v1/openapi.json");
  const { paths } = await response.json();
  const bodies = [TALLY, AGREEMENT, POLICY].flatMap((path) => {
    const { content } = paths[path].post.requestBody;
    const { examples } = content["application/json"].schema;
    return examples.map((example: unknown) => ({ path, example }));
  });
  const seed = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(0, -0, 1e15, -1e15, 1e-9, [], {}, [[]], "ratio", "schulze"),
  );
  const broken = fc.record({
    body: fc.constantFrom(...bodies),
    path: fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
    seed,
  });
  await fc.assert(
    fc.asyncProperty(broken, async ({ body, path, seed }) => {
      const sent = planted(body.example, path, seed);
      const { status } = await f.call("POST", body.path, sent);
      assert(status === 200 || status === 422, `${status}`);
    }),
    { numRuns: 1000 },
  );
});
