/** What comes in about polls: schemas, defaults, and the words of the commands. */
import { assertEquals } from "@std/assert";
import { pollCommands } from "../../../../domain/consensus/polls/commands.ts";
import { METHODS } from "../../../../domain/consensus/polls/methods.ts";
import {
  CastBallot,
  ChangeVoter,
  OpenPoll,
} from "../../../../domain/consensus/polls/poll_input.ts";
import type { PollCommand } from "../../../../domain/consensus/polls/decide.ts";

const OPEN = {
  sessionId: "s1",
  question: "Which?",
  method: "plurality",
  alternatives: [{ id: "a", label: "A" }, { id: "b", label: "B" }],
};
const CAST = { sessionId: "s1", pollId: "p1" };

/** Where an opening is wrong. */
function wrong(change: object): readonly string[] {
  const parsed = OpenPoll.safeParse({ ...OPEN, ...change });
  return parsed.error?.issues.map(({ path }) => path.join(".")) ?? [];
}

function commandOf(name: string, input: unknown): PollCommand {
  for (const declaration of pollCommands) {
    if (declaration.name !== name) continue;
    // Each declaration reads its own input: the schema makes the two fit.
    const { input: schema, command } = declaration;
    return Reflect.apply(command, declaration, [schema.parse(input)]);
  }
  throw new Error(`no command ${name}`);
}

Deno.test("[K5] every method can be asked for, and is described", () => {
  const options = OpenPoll.shape.method.options.toSorted();
  assertEquals(options, Object.keys(METHODS).toSorted());
});

Deno.test("[K13] an opening is checked, each mistake with its path", () => {
  const [a, b] = OPEN.alternatives;
  assertEquals(wrong({}), []);
  assertEquals(wrong({ alternatives: undefined }), ["alternatives"]);
  assertEquals(wrong({ alternatives: [a] }), ["alternatives"]);
  assertEquals(wrong({ alternatives: [a, b, a] }), ["alternatives"]);
  assertEquals(wrong({ method: "proposal" }), ["alternatives"]);
  assertEquals(wrong({ method: "proposal", alternatives: undefined }), []);
  assertEquals(wrong({ grades: ["x", "y"] }), ["grades"]);
  assertEquals(wrong({ method: "majority_judgment", grades: ["x", "x"] }), [
    "grades",
  ]);
  assertEquals(wrong({ method: "schulze", threshold: 0.5 }), ["threshold"]);
  assertEquals(wrong({ threshold: 0 }), ["threshold"]);
  assertEquals(wrong({ quorum: 1.1 }), ["quorum"]);
  assertEquals(wrong({ closesAt: "2026-11-23T18:00:00" }), ["closesAt"]);
  assertEquals(wrong({ maxRounds: 501 }), ["maxRounds"]);
  assertEquals(wrong({ question: "  " }), ["question"]);
  assertEquals(wrong({ id: "P1" }), ["id"]);
  assertEquals(wrong({ id: "a/b" }), ["id"]);
});

Deno.test("[K13] ids of alternatives are words that no page or record stumbles over", () => {
  for (const id of ["__proto__", "constructor", "prototype", "", "a b", "ä"]) {
    assertEquals(
      wrong({ alternatives: [{ id, label: "X" }, OPEN.alternatives[0]] }),
      ["alternatives.0.id"],
    );
  }
});

Deno.test("[K4] a deadline is a time with its zone, or ms", () => {
  for (const closesAt of ["2026-11-23T19:00:00+01:00", 1_795_456_800_000]) {
    assertEquals(
      OpenPoll.parse({ ...OPEN, closesAt }).closesAt,
      1_795_456_800_000,
    );
  }
});

Deno.test("[K1] what an opening leaves out is decided with it, not later", () => {
  assertEquals(commandOf("open_poll", { ...OPEN, id: "p1" }), {
    command: "open_poll",
    pollId: "p1",
    question: "Which?",
    description: null,
    method: "plurality",
    alternatives: OPEN.alternatives,
    grades: [],
    quorum: 0,
    threshold: null,
    blind: false,
    reveal: "close",
    closesAt: null,
    maxRounds: 1,
  });
});

Deno.test("[K13] a ranking may name one alternative without a list", () => {
  const ranking = ["a", ["b", "c"], []];
  assertEquals(
    CastBallot.parse({ ...CAST, ranking }).ranking,
    [["a"], ["b", "c"], []],
  );
});

Deno.test("[K13] a ballot's reason is more than spaces, its confidence a share", () => {
  for (
    const change of [
      { reason: "   " },
      { reason: "\ud800" },
      { confidence: 1.1 },
      { abstain: false },
      { round: 0 },
      { choices: Array.from({ length: 31 }, (_, i) => `a${i}`) },
      { grades: { "a b": "Good" } },
    ]
  ) {
    const { success } = CastBallot.safeParse({ ...CAST, ...change });
    assertEquals(success, false, JSON.stringify(change));
  }
});

Deno.test("[K13] a grade for __proto__ is one for nobody", () => {
  const input = JSON.parse('{"grades": {"__proto__": "Good", "a": "Poor"}}');
  const { grades } = CastBallot.parse({ ...CAST, ...input });
  assertEquals(Object.entries(grades ?? {}), [["a", "Poor"]]);
});

Deno.test("[K13] what is not part of a ballot is not sealed with it", () => {
  const input = { ...CAST, choice: "a", round: 2, sneaked: "in" };
  assertEquals(commandOf("cast_ballot", input), {
    command: "cast_ballot",
    ballot: { choice: "a" },
    round: 2,
  });
});

Deno.test("[K12] a weight is 0 or large enough to count", () => {
  const accepted = [0, 0.000001, 1, 10_000, 0.0000001, -1, 10_001].map(
    (weight) =>
      ChangeVoter.safeParse({ ...CAST, userId: "mia", weight }).success,
  );
  assertEquals(accepted, [true, true, true, true, false, false, false]);
});
