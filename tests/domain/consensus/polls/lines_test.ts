/** Lines of a poll: who did what, folded where many did the same, and never what somebody voted. */
import { assertEquals } from "@std/assert";
import {
  ballotsRevealed,
  consensusInitiated,
  consensusResult,
  type PollSettings,
  roundEnded,
  voteCast,
  voterChanged,
} from "../../../../domain/consensus/polls/events.ts";
import {
  joinedLine,
  type PollLine,
  pollLineOf,
} from "../../../../domain/consensus/polls/lines.ts";
import type { PollResult } from "../../../../domain/consensus/polls/outcome.ts";
import type { DomainEvent, Json } from "../../../../domain/decider.ts";

const ANA = { userId: "ana", name: "Ana" };
const SETTINGS: PollSettings = {
  pollId: "p1",
  question: "Which vendor?",
  description: null,
  method: "schulze",
  alternatives: [{ id: "a", label: "Vendor A" }, { id: "b", label: "B" }],
  grades: [],
  quorum: 0.5,
  threshold: null,
  blind: true,
  reveal: "close",
  closesAt: 9_000,
  maxRounds: 2,
};
const RESULT: PollResult = {
  engine: 1,
  state: "passed",
  winner: "b",
  tally: null,
  turnout: {
    castWeight: 1,
    eligibleWeight: 2,
    castCount: 1,
    eligibleCount: 2,
    share: 0.5,
    quorum: 0.5,
    reached: true,
  },
  agreement: null,
  dissent: null,
};

function lineAt(offset: number, { type, v, body }: DomainEvent) {
  const at = offset * 1_000;
  const channel = "session:s1";
  return pollLineOf({ type, v, body, channel, offset, at, sender: "ana" });
}

function cast(offset: number, userId: string, pollId = "p1", round = 1) {
  const said = { ballot: { choice: "b", reason: "secret-reason" } };
  const name = userId.toUpperCase();
  return lineAt(offset, voteCast({ pollId, round, said }, { userId, name }));
}

function joined(...lines: (PollLine | undefined)[]): PollLine[] {
  const result: PollLine[] = [];
  for (const line of lines) {
    if (!line) continue;
    const last = result.at(-1);
    const one = last && joinedLine(last, line);
    if (one) result[result.length - 1] = one;
    else result.push(line);
  }
  return result;
}

Deno.test("an opening says what was agreed on before the first ballot", () => {
  assertEquals(lineAt(2, consensusInitiated(SETTINGS, [], ANA)), {
    offset: 2,
    last: 2,
    at: 2_000,
    pollId: "p1",
    userId: "ana",
    name: "Ana",
    event: "consensus_initiated",
    question: "Which vendor?",
    labels: { a: "Vendor A", b: "B" },
    method: "schulze",
    blind: true,
    quorum: 0.5,
    closesAt: 9_000,
  });
});

Deno.test("votes that follow each other are one line, each voter once", () => {
  const [line, ...others] = joined(
    cast(3, "a"),
    cast(4, "b"),
    cast(5, "a"),
    cast(6, "c"),
    cast(7, "d"),
  );
  assertEquals(others, []);
  assertEquals(line, {
    offset: 3,
    last: 7,
    at: 7_000,
    pollId: "p1",
    userId: "a",
    name: "A",
    event: "vote_cast",
    round: 1,
    voters: ["a", "b", "c", "d"],
    names: ["A", "B", "C"],
  });
});

Deno.test("votes of another poll or round begin a line of their own", () => {
  const lines = joined(
    cast(3, "a"),
    cast(4, "b", "p2"),
    cast(5, "a"),
    cast(6, "a", "p1", 2),
  );
  assertEquals(lines.map(({ offset }) => offset), [3, 4, 5, 6]);
});

Deno.test("no line of a vote says what was voted, also where everyone could see it", () => {
  const text = JSON.stringify(joined(cast(3, "a"), cast(4, "b")));
  assertEquals(
    ["choice", "ballot", "secret-reason", "commitment"].filter((word) =>
      text.includes(word)
    ),
    [],
  );
});

Deno.test("a reveal in parts is one line and shows no ballot", () => {
  const part = (offset: number, part: number) =>
    lineAt(
      offset,
      ballotsRevealed({ pollId: "p1", round: 1, part, parts: 2, ballots: [] }),
    );
  assertEquals(joined(part(5, 1), part(6, 2)), [{
    offset: 5,
    last: 6,
    at: 6_000,
    pollId: "p1",
    userId: "ana",
    name: "ana",
    event: "ballots_revealed",
  }]);
});

Deno.test("an end of a round, a change of a voter and a result say what they are about", () => {
  const ended = { question: "Which vendor?", round: 2, result: RESULT };
  const change = { pollId: "p1", userId: "ben", weight: 0 };
  const lines = [
    lineAt(3, roundEnded("p1", { round: 1, result: RESULT }, ANA)),
    lineAt(4, voterChanged({ ...change, reason: "recused" }, ANA)),
    lineAt(5, consensusResult("p1", { ...ended, reason: "closed" }, ANA)),
  ];
  const about = { pollId: "p1", name: "Ana" };
  assertEquals(lines, [
    {
      ...about,
      offset: 3,
      last: 3,
      at: 3_000,
      userId: "ana",
      event: "round_ended",
      round: 1,
    },
    {
      ...about,
      offset: 4,
      last: 4,
      at: 4_000,
      userId: "ben",
      event: "voter_changed",
      voterId: "ben",
      weight: 0,
      recused: true,
    },
    {
      ...about,
      offset: 5,
      last: 5,
      at: 5_000,
      userId: "ana",
      event: "consensus_result",
      question: "Which vendor?",
      state: "passed",
      winner: "b",
    },
  ]);
});

Deno.test("what no build knows and what was erased make no line here and do not throw", () => {
  const body = (change: { readonly [key: string]: Json }) => ({
    type: "CONSENSUS_UPDATE",
    v: 1,
    body: { event: "vote_cast", ...change },
  });
  assertEquals(lineAt(3, body({})), undefined);
  assertEquals(lineAt(3, body({ event: "paused", pollId: "p" })), undefined);
  const odd = body({ event: "consensus_initiated", pollId: "p", question: 7 });
  assertEquals(lineAt(3, odd)?.event, "consensus_initiated");
});

Deno.test("long questions and labels are shortened, no character is cut in half", () => {
  const question = "😀".repeat(500);
  const line = lineAt(
    2,
    consensusInitiated({ ...SETTINGS, question }, [], ANA),
  );
  assertEquals(
    line?.event === "consensus_initiated" && line.question,
    `${"😀".repeat(159)}…`,
  );
});
