/** What may be tallied, checked: every mistake in a poll is named with its place. */
import { z } from "zod";
import { MAX_KEMENY_CANDIDATES } from "./kemeny.ts";
import { RANKED_METHODS, type TallyInput } from "./tally.ts";
import { isCountable, MAX_DECIMALS, MAX_UNITS, unitsOf } from "./units.ts";

export const MAX_CANDIDATES = 200;
export const MAX_BALLOTS = 100_000;
export const MAX_GRADES = 100;
const MAX_NAME_LENGTH = 200;
/** A broken poll is broken everywhere: a few places are enough. */
const MAX_ISSUES = 20;

const UNSAFE = "__proto__";

const Name = z.string().min(1).max(MAX_NAME_LENGTH)
  .refine((name) => name !== UNSAFE, { error: `Not a name: ${UNSAFE}` });

const Candidates = z.array(Name).min(1).max(MAX_CANDIDATES);

const Weight = z.number().min(0).max(MAX_UNITS, { abort: true }).refine(
  isCountable,
  {
    error: `Not countable: at most ${MAX_DECIMALS} decimal places`,
  },
).optional().meta({
  description:
    "Its weight, or how many said the same; 1 by default. All together must stay " +
    "countable exactly: 10^13 if whole, 10^7 with decimal places",
});

const Ranked = z.object({
  ranking: z.array(z.array(z.string())).meta({
    description:
      "Best first, equals together; whoever is missing is last, with all others missing",
  }),
  count: Weight,
});

const Approval = z.object({ choices: z.array(z.string()), count: Weight });

// A record drops this key without a word, and with it somebody's grade.
const Grades = z.unknown().superRefine((value, context) => {
  if (typeof value !== "object" || value === null) return;
  if (!Object.hasOwn(value, UNSAFE)) return;
  const message = `Not a candidate: ${UNSAFE}`;
  context.addIssue({ code: "custom", path: [UNSAFE], message });
}).pipe(z.record(z.string(), z.string())).meta({
  type: "object",
  additionalProperties: { type: "string" },
  description: "By candidate; a candidate without a grade gets the worst",
});

const Graded = z.object({ grades: Grades, count: Weight });

const ballotsOf = <Ballot extends z.ZodType>(ballot: Ballot) =>
  z.array(ballot).min(1).max(MAX_BALLOTS);

/** Checks shapes first, then what ballots say of candidates and grades. */
export const TallyBody = z.discriminatedUnion("method", [
  z.object({
    method: z.enum(RANKED_METHODS),
    candidates: Candidates,
    ballots: ballotsOf(Ranked),
  }),
  z.object({
    method: z.literal("kemeny"),
    candidates: Candidates.max(MAX_KEMENY_CANDIDATES),
    ballots: ballotsOf(Ranked),
  }),
  z.object({
    method: z.literal("supermajority"),
    candidates: Candidates,
    ballots: ballotsOf(Ranked),
    threshold: z.number().gt(0).max(1).optional().meta({
      description: "Least share of the first choices; two thirds by default",
    }),
  }),
  z.object({
    method: z.literal("approval"),
    candidates: Candidates,
    ballots: ballotsOf(Approval),
  }),
  z.object({
    method: z.literal("majority_judgment"),
    candidates: Candidates,
    grades: z.array(Name).min(2).max(MAX_GRADES).meta({
      description: "Worst to best",
    }),
    ballots: ballotsOf(Graded),
  }),
]).superRefine((input, context) => {
  // Of a shape that is wrong already, nothing more is worth saying.
  if (context.issues.length > 0) return;
  let left = MAX_ISSUES;
  for (const { path, message } of mistakesIn(input)) {
    context.addIssue({ code: "custom", path: [...path], message });
    if (--left === 0) return;
  }
});

interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function* mistakesIn(input: TallyInput): Generator<Mistake> {
  yield* repeatedIn(input.candidates, ["candidates"]);
  if (input.method === "majority_judgment") {
    yield* repeatedIn(input.grades, ["grades"]);
  }
  yield* weightMistakes(input.ballots);
  const known = new Set(input.candidates);
  switch (input.method) {
    case "approval":
      for (const [index, { choices }] of input.ballots.entries()) {
        const path = ["ballots", index, "choices"];
        yield* unknownIn(choices, known, path);
        yield* repeatedIn(choices, path);
      }
      return;
    case "majority_judgment": {
      const grades = new Set(input.grades);
      for (const [index, ballot] of input.ballots.entries()) {
        for (const [name, grade] of Object.entries(ballot.grades)) {
          const path = ["ballots", index, "grades", name];
          if (!known.has(name)) yield { path, message: UNKNOWN_CANDIDATE };
          if (!grades.has(grade)) yield { path, message: "Not a grade" };
        }
      }
      return;
    }
    default:
      for (const [index, { ranking }] of input.ballots.entries()) {
        yield* rankingMistakes(ranking, known, ["ballots", index, "ranking"]);
      }
  }
}

const UNKNOWN_CANDIDATE = "Not a candidate";
const REPEATED = "Named before";

function* rankingMistakes(
  ranking: readonly (readonly string[])[],
  known: ReadonlySet<string>,
  path: Mistake["path"],
): Generator<Mistake> {
  const seen = new Set<string>();
  for (const [place, group] of ranking.entries()) {
    yield* unknownIn(group, known, [...path, place]);
    for (const [index, name] of group.entries()) {
      if (seen.has(name)) {
        yield { path: [...path, place, index], message: REPEATED };
      }
      seen.add(name);
    }
  }
}

function* unknownIn(
  names: readonly string[],
  known: ReadonlySet<string>,
  path: Mistake["path"],
): Generator<Mistake> {
  for (const [index, name] of names.entries()) {
    if (known.has(name)) continue;
    yield { path: [...path, index], message: UNKNOWN_CANDIDATE };
  }
}

function* repeatedIn(
  names: readonly string[],
  path: Mistake["path"],
): Generator<Mistake> {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) yield { path: [...path, index], message: REPEATED };
    seen.add(name);
  }
}

function* weightMistakes(
  ballots: readonly { readonly count?: number }[],
): Generator<Mistake> {
  const path = ["ballots"];
  const weights = ballots.map(({ count = 1 }) => count);
  if (weights.every((weight) => weight === 0)) {
    yield { path, message: "No ballot has any weight" };
  }
  try {
    unitsOf(weights);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    yield { path, message: error.message };
  }
}
