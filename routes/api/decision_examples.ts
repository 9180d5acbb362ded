/** Bodies of the decision calculations, as the API's document shows them. */

const PROBLEM = {
  matrix: [[250, 16, 12], [200, 16, 8], [300, 32, 16], [275, 32, 8]],
  weights: [0.4, 0.3, 0.3],
  directions: ["cost", "benefit", "benefit"],
};

export const ANALYSES = [
  { method: "topsis", ...PROBLEM },
  { method: "wsm", ...PROBLEM, params: { normalization: "minmax" } },
  {
    method: "promethee2",
    ...PROBLEM,
    params: {
      preference: ["linear", "usual", "gaussian"],
      q: [10, null, null],
      p: [50, null, null],
      s: [null, null, 4],
    },
  },
];

export const WEIGHINGS = [
  { method: "entropy", matrix: PROBLEM.matrix },
  {
    method: "ahp",
    comparisons: [[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]],
  },
  {
    method: "bwm",
    params: {
      model: "linear",
      best: 2,
      worst: 0,
      bestToOthers: [8, 2, 1],
      othersToWorst: [1, 5, 8],
    },
  },
];

export const SENSITIVITIES = [
  {
    kind: "switch",
    method: "wsm",
    ...PROBLEM,
    params: { criterion: 0, normalization: "minmax" },
  },
  {
    kind: "smaa",
    method: "topsis",
    ...PROBLEM,
    params: { samples: 1000, seed: 7 },
  },
];

export const COMPARISONS = [
  { methods: ["topsis", "vikor", "promethee2"], ...PROBLEM },
];
