/** Ballots: what fits a poll of each method, and what is wrong where it does not. */
import { assertEquals } from "@std/assert";
import {
  type Ballot,
  mistakesIn,
  readBallot,
} from "../../../../domain/consensus/polls/ballot.ts";
import { ballotJson } from "../../../../domain/consensus/polls/events.ts";
import {
  METHODS,
  type PollMethod,
} from "../../../../domain/consensus/polls/methods.ts";
import { Live, MIA, names, settings, vote } from "./fixture.ts";

const EVERY = Object.keys(METHODS).filter((name): name is PollMethod =>
  name in METHODS
);

function paths(method: PollMethod, ballot: Ballot): readonly string[] {
  return mistakesIn(ballot, settings({ method })).map(({ path }) => path);
}

Deno.test("[K13] every method takes its own kind of ballot, an abstention, and no other kind", () => {
  const kinds: readonly Ballot[] = [
    { choice: "a" },
    { choices: ["a"] },
    { ranking: [["a"]] },
    { grades: { a: "Good" } },
  ];
  for (const method of EVERY.filter((method) => method !== "proposal")) {
    const fitting = kinds.filter((one) => paths(method, one).length === 0);
    assertEquals(
      fitting.map((one) => Object.keys(one)),
      [[METHODS[method].ballot]],
      method,
    );
    assertEquals(paths(method, { abstain: true }), [], method);
  }
});

Deno.test("[K13] a proposal takes its four choices", () => {
  assertEquals(
    ["agree", "disagree", "abstain", "block", "a"].map((choice) =>
      paths("proposal", { choice }).length
    ),
    [0, 0, 0, 0, 1],
  );
});

Deno.test("[K13] an empty ballot and two at once are no ballot", () => {
  for (const method of EVERY) {
    assertEquals(paths(method, {}).length, 1, method);
    const both = { ...vote(method, "a"), abstain: true } as const;
    assertEquals(paths(method, both).length, 1, method);
  }
});

Deno.test("[K13] every mistake is named with its place", () => {
  assertEquals(paths("plurality", { choice: "z" }), ["choice"]);
  assertEquals(paths("approval", { choices: ["a", "z", "a"] }), [
    "choices.1",
    "choices.2",
  ]);
  assertEquals(paths("schulze", { ranking: [["a", "b"], ["z"], ["b"]] }), [
    "ranking.1.0",
    "ranking.2.0",
  ]);
  assertEquals(
    paths("majority_judgment", { grades: { a: "good", z: "Good" } }),
    ["grades.z", "grades.a"],
  );
});

Deno.test("[K13] words every object answers to are alternatives like others", () => {
  const ids = [
    "toString",
    "valueOf",
    "hasOwnProperty",
    "length",
    "isPrototypeOf",
  ];
  const alternatives = ids.map((id) => ({ id, label: id }));
  for (const method of EVERY.filter((method) => method !== "proposal")) {
    const live = new Live();
    live.open({ method, alternatives });
    assertEquals(names(live.cast(MIA, vote(method, "valueOf"))), ["vote_cast"]);
    assertEquals(live.cast(MIA, vote(method, "constructor")), "ballot_invalid");
    assertEquals(live.cast(MIA, vote(method, "__proto__")), "ballot_invalid");
    live.close();
    assertEquals([live.result.state, live.result.winner], [
      "passed",
      "valueOf",
    ], method);
  }
});

Deno.test("[K13] grades may be words every object answers to", () => {
  const live = new Live();
  const grades = ["toString", "__proto__", "valueOf"];
  live.open({ method: "majority_judgment", grades });
  live.cast(MIA, { grades: { a: "__proto__", b: "valueOf" } });
  live.close();
  assertEquals(live.result.tally?.ranking, [["b"], ["a"], ["c"]]);
});

Deno.test("[K13] a ballot reads back as it was written", () => {
  const ballots: readonly Ballot[] = [
    { choice: "a", confidence: 0, reason: "ü 🙂" },
    { choices: [] },
    { ranking: [["a", "b"], [], ["c"]], confidence: 1 },
    { grades: { a: "Good" } },
    { abstain: true },
  ];
  for (const ballot of ballots) {
    assertEquals(readBallot(ballotJson(ballot)), ballot);
  }
});
