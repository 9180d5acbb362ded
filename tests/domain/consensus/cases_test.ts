/** Every reference case of tests/support/cases/voting.json, by the method it is about. */
import { z } from "zod";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { agreement } from "../../../domain/consensus/agreement.ts";
import { AgreementBody } from "../../../domain/consensus/agreement_input.ts";
import { applyPolicy } from "../../../domain/consensus/policy.ts";
import { PolicyBody } from "../../../domain/consensus/policy_input.ts";
import { tally } from "../../../domain/consensus/tally.ts";
import { TallyBody } from "../../../domain/consensus/tally_input.ts";
import { votingPower } from "../../../domain/consensus/voting_power.ts";
import file from "../../support/cases/voting.json" with { type: "json" };

type Fields = Record<string, unknown>;

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly input: Fields;
  readonly expected: Fields;
  readonly tolerance: number;
}

const CASES: readonly Case[] = file.cases;

/** Every field a kind may expect, as we answer it. */
const ANSWERS: Record<string, (input: Fields) => Fields> = {
  schulze: ranked("schulze"),
  ranked_pairs: ranked("ranked_pairs"),
  plurality: ranked("plurality"),
  irv: ranked("irv"),
  borda: ranked("borda"),
  kemeny: ranked("kemeny"),
  minimax: ranked("minimax"),
  copeland: ranked("copeland"),
  condorcet: ranked("schulze"),
  pairwise: ranked("schulze"),
  approval: ranked("approval"),
  multi: (input) => {
    const borda = ranked("borda")(input);
    return { ...borda, borda: borda.scores, bordaWinner: borda.winner };
  },
  majority_judgment: (input) => {
    const { counts, grades } = MedianInput.parse(input);
    const rows = Object.entries(counts).map(([name, row]) =>
      grades.flatMap((grade) => Array(row[grade] ?? 0).fill([name, grade]))
    );
    const ballots = rows[0].map((_, voter) => ({
      grades: Object.fromEntries(rows.map((row) => row[voter])),
    }));
    const method = "majority_judgment";
    return answer({ method, candidates: Object.keys(counts), grades, ballots });
  },
  voting_power: (input) => {
    const { quota, weights } = z.object({
      quota: z.number(),
      weights: z.array(z.number()),
    }).parse(input);
    return { ...votingPower(quota, weights) };
  },
  kendall_w: ({ ranks }) => {
    const { value } = measured({ metric: "kendall_w", data: ranks });
    return { W: value };
  },
  fleiss_kappa: ({ counts }) =>
    measured({ metric: "fleiss_kappa", data: counts }),
  cohen_kappa: ({ table }) => measured({ metric: "cohen_kappa", data: table }),
  krippendorff_alpha: ({ data, metric }) =>
    measured({ metric: "krippendorff_alpha", data, params: { metric } }),
  likert_consensus: ({ counts }) =>
    measured({ metric: "tastle_wierman", data: counts }),
  entropy_agreement: ({ counts }) =>
    measured({ metric: "entropy", data: counts }),
  delphi_iqr: ({ ratings }) => measured({ metric: "iqr", data: ratings }),
  decision_policy: (input) => {
    const body = PolicyBody.parse(input);
    return { result: applyPolicy(body, body) };
  },
};

const MedianInput = z.object({
  grades: z.array(z.string()),
  counts: z.record(z.string(), z.record(z.string(), z.int())),
});

function ranked(method: string) {
  return (input: Fields) => answer({ ...input, method });
}

function answer(input: Fields): Fields {
  const { winners, ranking, details } = tally(TallyBody.parse(input));
  const winner = winners.length === 1 ? winners[0] : null;
  return { ...details, winner, ranking: ranking.flat() };
}

function measured(input: Fields): Fields {
  const { value, details } = agreement(AgreementBody.parse(input));
  return {
    ...details,
    ...Object.fromEntries(
      ["value", "alpha", "kappa", "consensus", "agreement", "iqr"]
        .filter((name) => !(name in details)).map((name) => [name, value]),
    ),
  };
}

for (const { id, kind, input, expected, tolerance } of CASES) {
  Deno.test(`[C1] reference case ${id}`, () => {
    const answer = ANSWERS[kind];
    assert(answer !== undefined, `nothing answers cases of kind ${kind}`);
    const actual = answer(input);
    for (const [name, value] of Object.entries(expected)) {
      assertClose(actual[name], value, tolerance, name);
    }
  });
}

function assertClose(
  actual: unknown,
  expected: unknown,
  tolerance: number,
  path: string,
): void {
  if (typeof expected === "number") {
    assert(typeof actual === "number", `${path}: got ${actual}`);
    assertAlmostEquals(actual, expected, tolerance);
  } else if (typeof expected === "object" && expected !== null) {
    assert(typeof actual === "object" && actual !== null, `${path} is missing`);
    assertEquals(
      Object.keys(actual).sort(),
      Object.keys(expected).sort(),
      path,
    );
    for (const [name, value] of Object.entries(expected)) {
      const item = Object.entries(actual).find(([key]) => key === name)?.[1];
      assertClose(item, value, tolerance, `${path}.${name}`);
    }
  } else {
    assertEquals(actual, expected, path);
  }
}
