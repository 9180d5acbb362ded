/** Accepted weights: which they are, and for which criteria they say anything. */
import { assertEquals } from "@std/assert";
import {
  fittingWeights,
  learnedFrom,
  type LearnedWeights,
  type Weighed,
} from "../../../domain/learning/learned_weights.ts";
import {
  type Proposal,
  proposalJson,
  readProposal,
} from "../../../domain/learning/proposal.ts";

const GIL = { userId: "gil", name: "Gil" };

const ACCEPTED: Proposal = {
  status: "accepted",
  proposalId: "p1",
  weights: [
    { id: "cost", label: "Cost", direction: "cost", before: 0.5, after: 0.7 },
    { id: "fit", label: "Fit", direction: "benefit", before: 0.5, after: 0.3 },
  ],
  evidence: {
    decisionIds: ["d1", "d2", "d3", "d4"],
    counted: 3,
    before: -0.7,
    after: -0.5,
    restsOn: ["ana"],
  },
  proposedBy: { userId: "flo", name: "Flo" },
  proposedAt: 1_000,
  settledBy: GIL,
  settledAt: 2_000,
  reason: null,
};

function learned(more: Partial<Proposal> = {}): LearnedWeights[] {
  return [learnedFrom({ ...ACCEPTED, ...more }) ?? []].flat();
}

const COST = { id: "cost", label: "Cost", direction: "cost" } as const;
const FIT = { id: "fit", label: "Fit", direction: "benefit" } as const;

const weightsOf = (
  ...criteria: readonly (Partial<Weighed> & { label: string })[]
) =>
  fittingWeights(
    learned(),
    criteria.map((one) => ({ direction: "benefit" as const, ...one })),
  )?.weights;

Deno.test("[LE13] only what was accepted is there to be taken up, with how many outcomes and by whom", () => {
  assertEquals(learned({ status: "open", settledBy: null }), []);
  assertEquals(learned({ status: "rejected" }), []);
  const [{ outcomes, acceptedBy, acceptedAt, weights }] = learned();
  assertEquals([outcomes, acceptedBy, acceptedAt], [3, GIL, 2_000]);
  assertEquals(weights.map(({ weight }) => weight), [0.7, 0.3]);
});

Deno.test("[LE13] a row of the view reads back as the proposal it was made from", () => {
  const row = JSON.parse(JSON.stringify(proposalJson(ACCEPTED)));
  assertEquals(readProposal(row), ACCEPTED);
  assertEquals(readProposal({ ...row, status: "none" }), undefined);
  assertEquals(readProposal(null), undefined);
});

Deno.test("[LE13] weights follow the criteria's order, by id first, else by name whatever its case", () => {
  assertEquals(weightsOf(FIT, COST), [0.3, 0.7]);
  const cost = { label: " COST", direction: "cost" } as const;
  assertEquals(weightsOf(cost, { label: "fit" }), [0.7, 0.3]);
  // Named like the other one: the id says which it is.
  const renamed = { id: "fit", label: "Cost" };
  assertEquals(weightsOf(renamed, { ...COST, label: "Price" }), [0.3, 0.7]);
});

Deno.test("[LE13] beside other criteria, or turned round, they say nothing", () => {
  assertEquals(weightsOf(COST), undefined);
  assertEquals(weightsOf(COST, FIT, { label: "Time" }), undefined);
  assertEquals(weightsOf(COST, { label: "Time" }), undefined);
  assertEquals(weightsOf({ ...COST, direction: "benefit" }, FIT), undefined);
  assertEquals(weightsOf(COST, COST), undefined);
  assertEquals(weightsOf(), undefined);
});

Deno.test("[LE13] a proposal of earlier days, which kept no directions, fits either", () => {
  const old = learned({
    weights: ACCEPTED.weights.map(({ direction: _, ...one }) => one),
  });
  const turned = [{ ...COST, direction: "benefit" as const }, FIT];
  assertEquals(fittingWeights(old, turned)?.weights, [0.7, 0.3]);
});

Deno.test("[LE13] of several that fit the one accepted last is taken", () => {
  const [first] = learned();
  const later = { ...first, proposalId: "p2", acceptedAt: 3_000 };
  for (const list of [[first, later], [later, first]]) {
    assertEquals(
      fittingWeights(list, [COST, FIT])?.learned.proposalId,
      "p2",
    );
  }
});
