/** Polls made up by chance: settings, weights, ballots that fit, and schedules of what people do. */
import fc from "fast-check";
import type { Ballot } from "../../../../domain/consensus/polls/ballot.ts";
import type { PollSettings } from "../../../../domain/consensus/polls/events.ts";
import {
  DEFAULT_GRADES,
  METHODS,
  type PollMethod,
  PROPOSAL_CHOICES,
} from "../../../../domain/consensus/polls/methods.ts";
import { BEN, CLO, FAY, Live, MIA, OLI, type Person } from "./fixture.ts";

export const EVERY_METHOD: readonly PollMethod[] = [
  "proposal",
  "majority",
  "weighted_majority",
  "supermajority",
  "unanimous",
  "plurality",
  "approval",
  "irv",
  "schulze",
  "ranked_pairs",
  "borda",
  "majority_judgment",
];

const IDS = ["a", "b", "c", "d"];
const VOTERS = [FAY, MIA, BEN, CLO];

/** Weights that no sum of floating point numbers would add up the same in every order. */
export const WEIGHTS = [0.1, 0.2, 0.3, 0.7, 1, 2, 3, 1.000001];

export const weights: fc.Arbitrary<number> = fc.constantFrom(...WEIGHTS);

export interface PollRules {
  readonly method: PollMethod;
  readonly alternatives: PollSettings["alternatives"];
  readonly grades: readonly string[];
}

export function rulesOf(
  method: PollMethod,
  size = IDS.length,
): PollRules {
  return {
    method,
    alternatives: method === "proposal"
      ? PROPOSAL_CHOICES
      : IDS.slice(0, size).map((id) => ({ id, label: id.toUpperCase() })),
    grades: method === "majority_judgment" ? DEFAULT_GRADES.slice(0, 4) : [],
  };
}

/** A ballot that fits, abstentions and blank ones among them. */
export function ballotFor(
  { method, alternatives, grades }: PollRules,
): fc.Arbitrary<Ballot> {
  const ids = alternatives.map(({ id }) => id);
  const abstention = fc.constant<Ballot>({ abstain: true });
  return fc.oneof(
    { weight: 1, arbitrary: abstention },
    { weight: 6, arbitrary: said() },
  );

  function said(): fc.Arbitrary<Ballot> {
    switch (METHODS[method].ballot) {
      case "choice":
        return fc.constantFrom(...ids).map((choice) =>
          choice === "block" && method === "proposal"
            ? { choice, reason: "no" }
            : { choice }
        );
      case "choices":
        return fc.subarray(ids).map((choices) => ({ choices }));
      case "ranking":
        // A level per alternative, 0 being none: equal levels are ties.
        return fc.array(fc.nat(ids.length), {
          minLength: ids.length,
          maxLength: ids.length,
        }).map((levels) => ({
          ranking: [...new Set(levels)].filter((level) => level > 0).sort()
            .map((level) => ids.filter((_, i) => levels[i] === level)),
        }));
      case "grades":
        return fc.array(fc.option(fc.constantFrom(...grades)), {
          minLength: ids.length,
          maxLength: ids.length,
        }).map((list) => ({
          grades: Object.fromEntries(
            ids.flatMap((id, i) => {
              const grade = list[i];
              return grade === null ? [] : [[id, grade] as const];
            }),
          ),
        }));
    }
  }
}

/** What somebody does in a poll that is open, or was. */
export type Step =
  | { readonly act: "cast"; readonly who: Person; readonly ballot: Ballot }
  | { readonly act: "recuse"; readonly who: Person }
  | { readonly act: "change"; readonly who: Person; readonly weight: number }
  | { readonly act: "close" | "cancel" }
  | { readonly act: "wait" };

export interface Scenario {
  readonly settings: Partial<PollSettings>;
  readonly weights: readonly number[];
  readonly steps: readonly Step[];
}

/** Mostly casts: a schedule that closes at once proves little. */
export function steps(rules: PollRules): fc.Arbitrary<readonly Step[]> {
  const who = fc.constantFrom(...VOTERS, OLI);
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        act: fc.constant("cast" as const),
        who,
        ballot: ballotFor(rules),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ act: fc.constant("recuse" as const), who }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        act: fc.constant("change" as const),
        who,
        weight: fc.oneof(fc.constant(0), weights),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ act: fc.constant("close" as const) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        act: fc.constantFrom("cancel" as const, "wait" as const),
      }),
    },
  );
  return fc.array(step, { minLength: 1, maxLength: 24 });
}

export const scenarios: fc.Arbitrary<Scenario> = fc.constantFrom(
  ...EVERY_METHOD,
).chain((method) => {
  const rules = rulesOf(method);
  return fc.record({
    settings: fc.record({
      quorum: fc.constantFrom(0, 0.3, 0.5, 1),
      threshold: METHODS[method].takesThreshold
        ? fc.option(fc.constantFrom(0.5, 2 / 3, 1))
        : fc.constant(null),
      blind: fc.boolean(),
      reveal: fc.constantFrom("close" as const, "quorum" as const),
      closesAt: fc.option(fc.constant(1_003)),
      maxRounds: fc.integer({ min: 1, max: 3 }),
    }).map((one) => ({ ...rules, ...one })),
    weights: fc.array(weights, { minLength: 4, maxLength: 4 }),
    steps: steps(rules),
  });
});

/** A poll opened as a scenario has it. */
export function start({ settings, weights }: Scenario): Live {
  const live = new Live([
    ...VOTERS.map(({ userId }, i) => ({ userId, weight: weights[i] })),
    { userId: "oli", role: "observer" },
  ]);
  live.open(settings);
  return live;
}

/** What a step causes, or the code it is refused with. */
export function take(live: Live, step: Step) {
  switch (step.act) {
    case "cast":
      return live.cast(step.who, step.ballot);
    case "recuse":
      return live.recuse(step.who);
    case "change":
      return live.change(step.who.userId, step.weight);
    case "close":
      return live.close();
    case "cancel":
      return live.cancel();
    case "wait":
      live.now++;
      return [];
  }
}
