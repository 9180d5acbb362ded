/** Consensus calculations over HTTP: anyone who is signed in may ask, and nothing is kept. */
import { z } from "zod";
import { agreement } from "../../domain/consensus/agreement.ts";
import { AgreementBody } from "../../domain/consensus/agreement_input.ts";
import { applyPolicy, POLICY_STATES } from "../../domain/consensus/policy.ts";
import { PolicyBody } from "../../domain/consensus/policy_input.ts";
import { tally } from "../../domain/consensus/tally.ts";
import { TallyBody } from "../../domain/consensus/tally_input.ts";
import { operation, type Route } from "./operation.ts";

const tag = "Calculations";

const Details = z.record(z.string(), z.unknown());

const TallyAnswer = z.object({
  winners: z.array(z.string()).meta({
    description: "Several are tied; none: nobody has what the method asks for",
  }),
  ranking: z.array(z.array(z.string())).meta({
    description: "Best first, those tied together",
  }),
  details: Details.meta({
    description: "The working, which differs by method",
  }),
}).meta({
  examples: [{
    winners: ["N"],
    ranking: [["N"], ["C"], ["M"]],
    details: {
      scores: { M: 84, N: 126, C: 90 },
      condorcetWinner: "N",
    },
  }],
});

const AgreementAnswer = z.object({
  value: z.number().nullable().meta({
    description:
      "null where the measure says nothing: details.reason tells why",
  }),
  details: Details,
}).meta({
  examples: [
    { value: 0.717813, details: { total: 10, mean: 3.6 } },
    { value: null, details: { total: 0, reason: "Nobody gave a grade" } },
  ],
});

export function consensusRoutes(): readonly Route[] {
  return [
    operation({
      method: "POST",
      path: "/api/v1/consensus/tally",
      summary: "Counts ballots by a method",
      tag,
      input: { body: TallyBody.meta(documented(TALLIES, "ballots")) },
      answers: { 200: { description: "The result", schema: TallyAnswer } },
      run: ({ c, body }) => c.json(tally(body)),
    }),
    operation({
      method: "POST",
      path: "/api/v1/consensus/agreement",
      summary: "Measures how alike people see it",
      tag,
      input: { body: AgreementBody.meta(documented(AGREEMENTS, "data")) },
      answers: {
        200: { description: "The measure", schema: AgreementAnswer },
      },
      run: ({ c, body }) => c.json(agreement(body)),
    }),
    operation({
      method: "POST",
      path: "/api/v1/consensus/policy",
      summary: "Says what a count of yes and no means: veto, quorum, threshold",
      tag,
      input: { body: PolicyBody.meta({ examples: POLICIES }) },
      answers: {
        200: {
          description: "What it comes to",
          schema: z.object({ state: z.enum(POLICY_STATES) })
            .meta({ examples: [{ state: "passed" }] }),
        },
      },
      run: ({ c, body }) => c.json({ state: applyPolicy(body, body) }),
    }),
  ];
}

/** Of a choice between bodies JSON Schema does not tell by itself what all of them need. */
function documented(
  examples: readonly { readonly [name: string]: unknown }[],
  field: string,
) {
  const [key] = Object.keys(examples[0]);
  return { type: "object", required: [key, field], examples: [...examples] };
}

const TALLIES = [
  {
    method: "borda",
    candidates: ["M", "N", "C"],
    ballots: [
      { ranking: [["M"], ["N"], ["C"]], count: 42 },
      { ranking: [["N"], ["C"]], count: 26 },
      { ranking: [["C", "N"], ["M"]], count: 32 },
    ],
  },
  {
    method: "approval",
    candidates: ["tea", "coffee"],
    ballots: [{ choices: ["tea", "coffee"] }, { choices: ["tea"] }],
  },
  {
    method: "majority_judgment",
    candidates: ["A", "B"],
    grades: ["poor", "fair", "good"],
    ballots: [{ grades: { A: "good", B: "fair" } }, { grades: { A: "fair" } }],
  },
];

const AGREEMENTS = [
  { metric: "kendall_w", data: [[1, 2, 3], [1, 3, 2], [2, 1, 3]] },
  { metric: "fleiss_kappa", data: [[3, 0], [1, 2], [0, 3]] },
  {
    metric: "krippendorff_alpha",
    data: [[1, 2, 3, null], [1, 2, 2, 4], [null, 2, 3, 4]],
    params: { metric: "ordinal" },
  },
  { metric: "tastle_wierman", data: [0, 1, 3, 5, 1] },
  { metric: "iqr", data: [1, 2, 4, 5, 5] },
];

const POLICIES = [{
  yes: 20,
  no: 10,
  abstain: 5,
  eligible: 50,
  quorum: 0.5,
  threshold: 2 / 3,
  vetoes: 0,
}];
