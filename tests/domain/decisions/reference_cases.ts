/** The cases of tests/support/cases/mcda.json, as bodies of the calculations and what they expect. */
import file from "../../support/cases/mcda.json" with { type: "json" };

type Fields = Record<string, unknown>;

export interface ReferenceCase {
  readonly id: string;
  readonly call: "analyze" | "weights" | "sensitivity";
  readonly body: Fields;
  /** Every number the answer must have, under the names of the answer. */
  readonly expected: Fields;
  readonly tolerance: number;
}

const METHODS: Record<string, Pick<ReferenceCase, "call"> & { name: string }> =
  {
    TOPSIS: { call: "analyze", name: "topsis" },
    VIKOR: { call: "analyze", name: "vikor" },
    PROMETHEE_II: { call: "analyze", name: "promethee2" },
    WSM: { call: "analyze", name: "wsm" },
    WPM: { call: "analyze", name: "wpm" },
    COPRAS: { call: "analyze", name: "copras" },
    ARAS: { call: "analyze", name: "aras" },
    MOORA: { call: "analyze", name: "moora" },
    ELECTRE_II: { call: "analyze", name: "electre2" },
    ENTROPY_WEIGHTS: { call: "weights", name: "entropy" },
    CRITIC_WEIGHTS: { call: "weights", name: "critic" },
    AHP: { call: "weights", name: "ahp" },
    BWM: { call: "weights", name: "bwm" },
    SMAA: { call: "sensitivity", name: "smaa" },
    WEIGHT_SWITCH_POINT: { call: "sensitivity", name: "switch" },
  };

/** The case file's words for what we call otherwise. */
const NORMALIZATIONS: Record<string, string> = {
  "sum (1/x on cost)": "sum",
  "linear max (AHP ideal mode)": "max",
};
const RENAMED: Record<string, string> = {
  rank: "ranks",
  S: "s",
  R: "r",
  Q: "q",
  score: "scores",
};

interface FileCase {
  readonly id: string;
  readonly method: string;
  readonly params: Fields;
  readonly matrix: unknown;
  readonly weights: unknown;
  readonly types: readonly number[] | null;
  readonly expected: Fields;
  readonly tolerance: number;
}

const FILE_CASES: readonly FileCase[] = file.cases;

export const CASES: readonly ReferenceCase[] = FILE_CASES.map((one) => {
  const { id, method, matrix, weights, types, expected, tolerance } = one;
  const { call, name } = METHODS[method];
  const directions = types?.map((type) => type === 1 ? "benefit" : "cost");
  const params = paramsOf(one);
  const problem = { matrix, directions, params };
  const body = {
    ahp: { method: name, comparisons: matrix },
    bwm: { method: name, params },
    entropy: { method: name, matrix },
    critic: { method: name, ...problem },
    smaa: { kind: name, method: "wsm", ...problem },
    switch: { kind: name, method: "wsm", weights, ...problem },
  }[name] ?? { method: name, weights, ...problem };
  return { id, call, body, tolerance, expected: renamed(expected) };
});

function paramsOf({ params }: FileCase): Fields {
  const { normalisation, ...rest } = params;
  if (typeof normalisation !== "string") return rest;
  return {
    ...rest,
    normalization: NORMALIZATIONS[normalisation] ?? normalisation,
  };
}

function renamed(expected: Fields): Fields {
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      RENAMED[name] ?? name,
      value,
    ]),
  );
}

/** An answer's fields and those of its details, and what the file asks of SMAA. */
export function flat(answer: Fields & { details: Fields }): Fields {
  const { details, ...rest } = answer;
  const found: Fields = { ...details, ...rest };
  const { rankAcceptability, centralWeights } = details;
  if (Array.isArray(rankAcceptability) && Array.isArray(centralWeights)) {
    found.rank1Acceptability = rankAcceptability.map(([first]) => first);
    found.centralWeightOfA1 = centralWeights[0];
  }
  return found;
}
