/** Examples from papers and textbooks, beside those of the case file. */
import { assert, assertEquals } from "@std/assert";
import {
  type AnalysisInput,
  analyze,
} from "../../../domain/decisions/analyze.ts";
import type { Direction, Matrix } from "../../../domain/decisions/decision.ts";
import { AnalyzeBody } from "../../../domain/decisions/decision_input.ts";
import { weigh } from "../../../domain/decisions/weigh.ts";
import { WeighBody } from "../../../domain/decisions/weigh_input.ts";
import { assertClose } from "./close.ts";

/** "+" is a benefit, "-" a cost. */
function directed(signs: string): Direction[] {
  return [...signs].map((sign) => sign === "-" ? "cost" : "benefit");
}

function scored(
  input: AnalysisInput,
  scores: readonly number[],
  tolerance: number,
) {
  const answer = analyze(AnalyzeBody.parse(input));
  assertClose(answer.scores, scores, tolerance);
  return answer;
}

/** M. Kracka, W. Brauers and E. Zavadskas (2010): heating losses in a building. */
const KRACKA = {
  matrix: [
    [33.95, 23.78, 11.45, 39.97, 29.44, 167.10, 3.852],
    [38.9, 4.17, 6.32, 0.01, 4.29, 132.52, 25.184],
    [37.59, 9.36, 8.23, 4.35, 10.22, 136.71, 10.845],
    [30.44, 37.59, 13.91, 74.08, 45.10, 198.34, 2.186],
    [36.21, 14.79, 9.17, 17.77, 17.06, 148.3, 6.610],
    [37.8, 8.55, 7.97, 2.35, 9.25, 134.83, 11.935],
  ],
  weights: [1, 1, 1, 1, 1, 1, 1],
  directions: directed("----+-+"),
};

Deno.test("[D1] MOORA by the ratio system: Kracka et al. 2010", () => {
  const scores = [
    -1.62447867,
    -0.25233889,
    -0.84635037,
    -2.23363519,
    -1.18698242,
    -0.77456208,
  ];
  scored({ method: "moora", ...KRACKA }, scores, 1e-7);
});

Deno.test("[D1] MOORA by the reference point, lowest first: Kracka et al. 2010", () => {
  const params = { variant: "reference_point" } as const;
  const scores = [
    0.68934931,
    0.69986697,
    0.59817104,
    0.85955696,
    0.6002238,
    0.61480595,
  ];
  const { ranks } = scored(
    { method: "moora", ...KRACKA, params },
    scores,
    1e-7,
  );
  assertEquals(ranks, [4, 5, 1, 6, 2, 3]);
});

Deno.test("[D1] WSM on shares with inverted costs: Kracka et al. 2010", () => {
  const weights = KRACKA.weights.map(() => 1 / 7);
  const params = { normalization: "sum" } as const;
  const scores = [
    0.12040426,
    0.3458235,
    0.13838192,
    0.12841246,
    0.12346084,
    0.14351701,
  ];
  scored({ method: "wsm", ...KRACKA, weights, params }, scores, 1e-7);
});

Deno.test("[D1] WPM on shares: the example of Wikipedia", () => {
  const scores = [-0.50128589, -0.50448471, -0.52947246].map((log) =>
    10 ** log
  );
  scored(
    {
      method: "wpm",
      matrix: [[25, 20, 15, 30], [10, 30, 20, 30], [30, 10, 30, 10]],
      weights: [0.2, 0.15, 0.4, 0.25],
      directions: directed("++++"),
      params: { normalization: "sum" },
    },
    scores,
    1e-8,
  );
});

Deno.test("[D1] WPM as given divides by costs: by hand", () => {
  // 8^(1/3) · 4^(−1/2) = 1, and 27^(1/3) · 9^(−1/2) = 1: a tie.
  const { ranks } = scored(
    {
      method: "wpm",
      matrix: [[8, 4], [27, 9], [1, 4]],
      weights: [1 / 3, 1 / 2],
      directions: directed("+-"),
    },
    [1, 1, 0.5],
    1e-12,
  );
  assertEquals(ranks, [1, 1, 3]);
});

/** S. Chakraborty, E. Zavadskas and J. Antucheviciene (2015), examples 1 and 2. */
const CHAKRABORTY = {
  matrix: [
    [581818, 54.49, 3, 5500],
    [595454, 49.73, 3, 4500],
    [586060, 51.24, 3, 5000],
    [522727, 45.71, 3, 5800],
    [561818, 52.66, 3, 5200],
    [543030, 74.46, 4, 5600],
    [522727, 75.42, 4, 5800],
    [486970, 62.62, 4, 5600],
    [509394, 65.87, 4, 6400],
    [513333, 70.67, 4, 6000],
  ],
  weights: [0.467, 0.160, 0.095, 0.278],
  directions: directed("---+"),
};

for (
  const [lambda, first, last] of [
    [0, 0.8578, 0.8697],
    [0.3, 0.8582, 0.8723],
    [0.5, 0.8584, 0.8740],
    [1, 0.8590, 0.8784],
  ]
) {
  Deno.test(`[D1] WASPAS with λ ${lambda}: Chakraborty et al. 2015`, () => {
    const params = { lambda };
    const { scores, ranks } = analyze({
      method: "waspas",
      ...CHAKRABORTY,
      params,
    });
    assertClose([scores[0], scores[9]], [first, last], 1e-4);
    assertEquals(ranks, [6, 10, 8, 1, 5, 9, 7, 3, 2, 4]);
  });
}

Deno.test("[D1] WASPAS with weights that add up to more than 1: Chakraborty et al. 2015", () => {
  const scores = [
    0.8329,
    0.7884,
    0.6987,
    0.8831,
    0.7971,
    0.7036,
    0.8728,
    0.5749,
  ];
  scored(
    {
      method: "waspas",
      matrix: [
        [30, 23, 5, 0.745, 0.745, 1500, 5000],
        [18, 13, 15, 0.745, 0.745, 1300, 6000],
        [15, 12, 10, 0.500, 0.500, 950, 7000],
        [25, 20, 13, 0.745, 0.745, 1200, 4000],
        [14, 18, 14, 0.255, 0.745, 950, 3500],
        [17, 15, 9, 0.745, 0.500, 1250, 5250],
        [23, 18, 20, 0.500, 0.745, 1100, 3000],
        [16, 8, 14, 0.255, 0.500, 1500, 3000],
      ],
      weights: [0.1181, 0.1181, 0.0445, 0.1181, 0.2861, 0.2861, 0.0445],
      directions: directed("+++++--"),
    },
    scores,
    5e-5,
  );
});

const TZENG = {
  matrix: [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]],
  weights: [0.3, 0.4, 0.3],
  directions: directed("+++"),
};

Deno.test("[D1] TOPSIS: Tzeng and Huang 2011", () => {
  const scores = [0.5037, 0.6581, 0.7482, 0.3340];
  scored({ method: "topsis", ...TZENG }, scores, 1e-4);
});

Deno.test("[D1] VIKOR's best without advantage shares the compromise: Tzeng and Huang 2011", () => {
  const { details } = scored(
    { method: "vikor", ...TZENG },
    [0.75, 0.25, 0, 1],
    1e-12,
  );
  assertClose(details.s, [0.6, 0.3, 0.15, 0.65], 1e-12);
  assertClose(details.r, [0.3, 0.2, 0.15, 0.4], 1e-12);
  assertEquals(details.acceptableAdvantage, false);
  assertEquals(details.acceptableStability, true);
  assertEquals(details.compromiseSet, [1, 2]);
});

const MOUNTAINS = {
  matrix: [[1, 3000], [2, 3750], [5, 4500]],
  weights: [0.5, 0.5],
  directions: directed("-+"),
};

Deno.test("[D1] VIKOR and TOPSIS by the range climb the middle mountain: Opricovic and Tzeng 2004", () => {
  const { details } = scored(
    { method: "vikor", ...MOUNTAINS },
    [1, 0, 1],
    1e-12,
  );
  assertEquals(details.compromiseSet, [1]);
  assertEquals(details.acceptableAdvantage, true);
  scored(
    {
      method: "topsis",
      ...MOUNTAINS,
      params: { normalization: "minmax" },
    },
    [0.5, 0.617, 0.5],
    5e-4,
  );
});

/** S. Opricovic and G.-H. Tzeng (2007): where to build a dam, under four sets of weights. */
const DAMS = {
  matrix: [
    [4184.3, 2914.0, 407.2, 251.0, 195, 244, 15, 2.41],
    [5211.9, 3630.0, 501.7, 308.3, 282, 346, 21, 1.41],
    [5021.3, 3920.5, 504.0, 278.6, 12, 56, 3, 4.42],
    [5566.1, 3957.9, 559.5, 335.3, 167, 268, 16, 3.36],
    [5060.5, 3293.5, 514.1, 284.2, 69, 90, 7, 4.04],
    [4317.9, 2925.9, 432.8, 239.3, 12, 55, 3, 4.36],
  ],
  directions: directed("+-++---+"),
};

for (
  const [front, back, q, compromiseSet, acceptableAdvantage] of [
    [1, 1, [0.991, 1, 0.473, 0.670, 0, 0.578], [4], true],
    [2, 1, [1, 0.533, 0.552, 0.563, 0, 0.686], [4], true],
    [1, 2, [0.684, 1, 0.147, 0.554, 0.041, 0.191], [2, 4, 5], false],
    [1, 3.2, [0.668, 1, 0.051, 0.588, 0.058, 0.078], [2, 4, 5], false],
  ] as const
) {
  Deno.test(`[D1] VIKOR with weights ${front} : ${back}: Opricovic and Tzeng 2007`, () => {
    const parts = [front, front, front, front, back, back, back, back];
    const weights = parts.map((part) => part / (4 * front + 4 * back));
    const { details } = scored({ method: "vikor", ...DAMS, weights }, q, 1e-3);
    assertEquals(details.compromiseSet, [...compromiseSet]);
    assertEquals(details.acceptableAdvantage, acceptableAdvantage);
    assertEquals(details.acceptableStability, true);
  });
}

Deno.test("[D1] VIKOR's best without stability shares the compromise with the second", () => {
  const { details } = analyze({
    method: "vikor",
    matrix: [
      [1, 101, 1, 101, 1],
      [101, 1, 101, 1, 101],
      [1, 1, 1, 1, 101],
      [11, 11, 11, 16, 61],
      [56, 56, 56, 56, 56],
    ],
    weights: [0.2, 0.2, 0.2, 0.2, 0.2],
    directions: directed("-----"),
  });
  assertEquals(details.acceptableAdvantage, true);
  assertEquals(details.acceptableStability, false);
  assertEquals(details.compromiseSet, [3, 4]);
});

Deno.test("[D1] PROMETHEE II by the usual criterion: Zhao et al. 2013", () => {
  const { details } = scored(
    {
      method: "promethee2",
      matrix: [[4, 3, 2], [3, 2, 4], [5, 1, 3]],
      weights: [0.5, 0.3, 0.2],
      directions: directed("+++"),
    },
    [0.1, -0.3, 0.2],
    1e-12,
  );
  assertClose(details.positive, [0.55, 0.35, 0.6], 1e-12);
  assertClose(details.negative, [0.45, 0.65, 0.4], 1e-12);
});

Deno.test("[D1] COPRAS: Kundakcı and Işık 2016", () => {
  scored(
    {
      method: "copras",
      matrix: [
        [1543, 2000, 39000, 15, 13.76, 3.86, 5, 3, 5000],
        [1496, 3600, 43000, 14, 14, 2.5, 4, 4, 4000],
        [1584, 3100, 24500, 10, 13.1, 3.7, 2, 2, 3500],
        [1560, 2700, 36000, 12, 13.2, 3.2, 3, 3, 3500],
        [1572, 2500, 31500, 13, 13.3, 3.4, 3, 2, 3500],
        [1580, 2400, 20000, 12, 12.8, 3.9, 2, 2, 3000],
      ],
      weights: [
        0.2027,
        0.1757,
        0.1622,
        0.1351,
        0.1081,
        0.0946,
        0.0676,
        0.0405,
        0.0135,
      ],
      directions: directed("---++-+++"),
    },
    [1, 0.9167, 0.8675, 0.9084, 0.9315, 0.9486],
    5e-5,
  );
});

Deno.test("[D1] ARAS: Stanujkic et al. 2015", () => {
  scored(
    {
      method: "aras",
      matrix: [
        [4.64, 3.00, 3.00, 3.00, 2.88, 3.63],
        [4.00, 4.00, 4.64, 3.56, 3.63, 5.00],
        [3.30, 4.31, 3.30, 4.00, 3.30, 4.00],
        [2.62, 5.00, 4.22, 4.31, 5.00, 5.00],
      ],
      weights: [0.28, 0.25, 0.19, 0.15, 0.08, 0.04],
      directions: directed("++++++"),
    },
    [0.74, 0.86, 0.78, 0.86],
    5e-3,
  );
});

Deno.test("[D1] EDAS: Yazdani et al. 2020", () => {
  scored(
    {
      method: "edas",
      matrix: [
        [3873, 39.55, 0.27, 0.87, 150, 0.07, 12, 2130],
        [5067, 67.26, 0.23, 0.23, 40, 0.02, 21, 2200],
        [2213, 24.69, 0.08, 0.17, 200, 0.04, 35, 570],
        [6243, 132, 0.07, 0.25, 100, 0.04, 16, 100],
        [8312, 460.47, 0.05, 0.21, 25, 0.1, 25, 200],
      ],
      weights: [0.131, 0.113, 0.126, 0.125, 0.126, 0.129, 0.132, 0.117],
      directions: directed("---++-++"),
    },
    [0.841, 0.632, 0.883, 0.457, 0.104],
    5e-4,
  );
});

Deno.test("[D1] MABAC and its border: Pamučar and Ćirović 2015", () => {
  const scores = [
    0.0826,
    0.2183,
    -0.0488,
    0.0246,
    -0.0704,
    0.0465,
    0.0464,
  ];
  const { details } = scored(
    {
      method: "mabac",
      matrix: [
        [22600, 3800, 2, 5, 1.06, 3.00, 3.5, 2.8, 24.5, 6.5],
        [19500, 4200, 3, 2, 0.95, 3.00, 3.4, 2.2, 24, 7.0],
        [21700, 4000, 1, 3, 1.25, 3.20, 3.3, 2.5, 24.5, 7.3],
        [20600, 3800, 2, 5, 1.05, 3.25, 3.2, 2.0, 22.5, 11.0],
        [22500, 3800, 4, 3, 1.35, 3.20, 3.7, 2.1, 23, 6.3],
        [23250, 4210, 3, 5, 1.45, 3.60, 3.5, 2.8, 23.5, 7.0],
        [20300, 3850, 2, 5, 0.90, 3.25, 3.0, 2.6, 21.5, 6.0],
      ],
      weights: [
        0.146,
        0.144,
        0.119,
        0.121,
        0.115,
        0.101,
        0.088,
        0.068,
        0.050,
        0.048,
      ],
      directions: directed("-+++--++++"),
    },
    scores,
    5e-5,
  );
  assertClose(details.border, [
    0.2086,
    0.1885,
    0.1720,
    0.1952,
    0.1740,
    0.1625,
    0.1319,
    0.1010,
    0.0789,
    0.0590,
  ], 1e-3);
});

Deno.test("[D1] SPOTIS with negative values: Dezert et al. 2020", () => {
  const { ranks } = scored(
    {
      method: "spotis",
      matrix: [[10.5, -3.1, 1.7], [-4.7, 0, 3.4], [8.1, 0.3, 1.3], [
        3.2,
        7.3,
        -5.3,
      ]],
      weights: [0.2, 0.3, 0.5],
      directions: directed("+-+"),
      params: { bounds: [[-5, 12], [-6, 10], [-8, 5]] },
    },
    [0.1989, 0.3705, 0.3063, 0.7491],
    5e-5,
  );
  assertEquals(ranks, [1, 3, 2, 4]);
});

const CARS = {
  matrix: [
    [15000, 4.3, 99, 42, 737],
    [15290, 5.0, 116, 42, 892],
    [15350, 5.0, 114, 45, 952],
    [15490, 5.3, 123, 45, 1120],
  ],
  weights: [0.2941, 0.2353, 0.2353, 0.0588, 0.1765],
  directions: directed("---++"),
};
const CAR_BOUNDS = [[14000, 16000], [3, 8], [80, 140], [35, 60], [650, 1300]];

Deno.test("[D1] SPOTIS from the bounds, and from what is wished for: Dezert et al. 2020", () => {
  const params = { bounds: CAR_BOUNDS };
  const far = [0.4779, 0.5781, 0.5558, 0.5801];
  scored({ method: "spotis", ...CARS, params }, far, 1e-4);
  const ideal = [15300, 4, 115, 50, 900];
  const near = [0.1841, 0.0734, 0.0842, 0.1920];
  scored(
    { method: "spotis", ...CARS, params: { ...params, ideal } },
    near,
    5e-5,
  );
});

/** L. Cebrián and A. Porcar (2009): where to put a business. */
const PLACES = {
  matrix: [
    [6, 5, 28, 5, 5],
    [4, 2, 25, 10, 9],
    [5, 7, 35, 9, 6],
    [6, 1, 27, 6, 7],
    [6, 8, 30, 7, 9],
    [5, 6, 26, 4, 8],
  ],
  weights: [0.25, 0.25, 0.1, 0.2, 0.2],
  directions: directed("++-++"),
};

Deno.test("[D1] ELECTRE I: Cebrián and Porcar 2009", () => {
  const { details, ranks } = analyze({ method: "electre1", ...PLACES });
  assertEquals(details.kernel, [4]);
  assertEquals(ranks, [2, 2, 2, 2, 1, 2]);
  assertClose(details.concordance, [
    [1, 0.5, 0.35, 0.5, 0.35, 0.45],
    [0.5, 1, 0.5, 0.75, 0.5, 0.5],
    [0.65, 0.5, 1, 0.45, 0.2, 0.7],
    [0.75, 0.25, 0.55, 1, 0.35, 0.45],
    [0.9, 0.7, 0.8, 0.9, 1, 0.9],
    [0.55, 0.5, 0.55, 0.55, 0.1, 1],
  ], 1e-9);
  assertClose(details.discordance, [
    [0, 0.5052, 0.4042, 0.1883, 0.42857, 0.2825],
    [0.4286, 0, 0.7143, 0.2589, 0.8571, 0.5714],
    [0.1696, 0.2825, 0, 0.1938, 0.2825, 0.2180],
    [0.5714, 0.4042, 0.8571, 0, 1, 0.7143],
    [0.0485, 0.3031, 0.2021, 0.0727, 0, 0.0969],
    [0.1295, 0.6063, 0.5052, 0.2021, 0.3031, 0],
  ], 1e-4);
});

Deno.test("[D1] ELECTRE II on shares: Cebrián and Porcar 2009", () => {
  const sums = PLACES.matrix[0].map((_, j) =>
    PLACES.matrix.reduce((sum, row) => sum + row[j], 0)
  );
  const matrix = PLACES.matrix.map((row) =>
    row.map((value, j) => value / sums[j])
  );
  const { ranks } = scored(
    { method: "electre2", ...PLACES, matrix },
    [5, 2.5, 2, 4, 1, 3],
    1e-12,
  );
  assertEquals(ranks, [6, 3, 2, 5, 1, 4]);
});

function weighed(
  input: unknown,
  weights: readonly number[],
  tolerance: number,
) {
  const answer = weigh(WeighBody.parse(input));
  assertClose(answer.weights, weights, tolerance);
  return answer.details;
}

Deno.test("[D2] entropy: Elsayed et al. 2017", () => {
  const matrix: Matrix = [
    [7, 312, 1891, 6613, 163],
    [72, 88, 728, 941804, 1078],
    [10, 252, 2594, 3466, 117471],
    [10, 145, 980, 2371, 86329],
    [65, 54, 350, 501, 29897],
    [29, 48, 380, 912, 34051],
    [7, 476, 3300, 78470, 2212],
    [70, 87, 650, 733, 819000],
    [4, 86, 591, 3015, 103],
    [12, 79, 579, 3240, 96098],
    [21, 45, 261, 1253, 453],
    [1, 72, 530, 4333, 0.1048],
  ];
  const weights = [0.104991, 0.069124, 0.071373, 0.449937, 0.304575];
  weighed({ method: "entropy", matrix }, weights, 1e-6);
});

Deno.test("[D2] standard deviation: Jahan and Edwards 2013", () => {
  const matrix = [
    [0, 0, 0],
    [0.39, 0.3, 0.77],
    [0.17, 0.36, 0.8],
    [0.35, 0.29, 0.93],
    [0.3, 0.4, 0.94],
    [0.84, 0.71, 1],
    [1, 1, 0.99],
  ];
  weighed({ method: "std", matrix }, [0.35, 0.31, 0.34], 5e-3);
});

Deno.test("[D2] MEREC: Keshavarz-Ghorabaee et al. 2021", () => {
  weighed(
    {
      method: "merec",
      matrix: [
        [450, 8000, 54, 145],
        [10, 9100, 2, 160],
        [100, 8200, 31, 153],
        [220, 9300, 1, 162],
        [5, 8400, 23, 158],
      ],
      directions: directed("++--"),
    },
    [0.5752, 0.0141, 0.4016, 0.0091],
    5e-5,
  );
});

Deno.test("[D2] CRITIC: Tuş and Adalı 2019", () => {
  const matrix = [
    [5000, 3, 3, 4, 3, 2],
    [680, 5, 3, 2, 2, 1],
    [2000, 3, 2, 3, 4, 3],
    [600, 4, 3, 1, 2, 2],
    [800, 2, 4, 3, 3, 4],
  ];
  const weights = [0.157, 0.249, 0.168, 0.121, 0.154, 0.151];
  weighed({ method: "critic", matrix }, weights, 5e-4);
});

Deno.test("[D2] CRITIC by Pearson: Diakoulaki et al. 1995", () => {
  const matrix = [
    [61, 1.08, 4.33],
    [20.7, 0.26, 4.34],
    [16.3, 1.98, 2.53],
    [9, 3.29, 1.65],
    [5.4, 2.77, 2.33],
    [4, 4.12, 1.21],
    [-6.1, 3.52, 2.1],
    [-34.6, 3.31, 0.98],
  ];
  const weights = [0.20222554, 0.48090173, 0.31687273];
  weighed({ method: "critic", matrix }, weights, 1e-8);
});

Deno.test("[D2] AHP: Saaty's house, whose comparisons contradict each other", () => {
  const upper = [
    [5, 3, 7, 6, 6, 1 / 3, 1 / 4],
    [1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
    [6, 3, 4, 6, 1 / 5],
    [1 / 3, 1 / 4, 1 / 7, 1 / 8],
    [1 / 2, 1 / 5, 1 / 6],
    [1 / 5, 1 / 6],
    [1 / 2],
    [],
  ];
  const at = (i: number, j: number) => upper[i][j - i - 1];
  const comparisons = upper.map((_, i) =>
    upper.map((_, j) => i === j ? 1 : i < j ? at(i, j) : 1 / at(j, i))
  );
  const weights = [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333];
  const details = weighed({ method: "ahp", comparisons }, weights, 1e-3);
  assertClose(details.lambdaMax, 9.669, 1e-3);
  assertClose(details.cr, 0.169, 1e-3);
  assertEquals(details.consistent, false);
  assert(String(details.warning).includes("0.169"));
});

Deno.test("[D2] nonlinear BWM: Rezaei 2015, how to transport", () => {
  const details = weighed(
    {
      method: "bwm",
      params: {
        model: "nonlinear",
        best: 2,
        worst: 0,
        bestToOthers: [8, 2, 1],
        othersToWorst: [1, 5, 8],
      },
    },
    [0.0714, 0.3387, 0.5899],
    5e-5,
  );
  // (2 − ξ)(5 − ξ) = 8 + ξ
  assertClose(details.xi, 4 - Math.sqrt(14), 1e-12);
  assertClose(details.cr, (4 - Math.sqrt(14)) / 4.47, 1e-12);
});
