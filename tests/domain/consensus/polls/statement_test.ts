/** Outcomes in a sentence: every way a poll can end, and how an open one stands. */
import { assertEquals } from "@std/assert";
import {
  listed,
  percent,
  standingOf,
  statementOf,
} from "../../../../domain/consensus/polls/statement.ts";
import { turnout } from "../../../../domain/consensus/polls/poll.ts";
import { visibleCount } from "../../../../domain/consensus/polls/result.ts";
import { BEN, CLO, FAY, type Live, MIA, opened } from "./fixture.ts";

function ended(live: Live): string {
  live.close(FAY, true);
  return statementOf(live.poll, live.result);
}

function standing({ poll }: Live): string {
  const count = visibleCount(poll);
  return standingOf(poll, { count, turnout: turnout(poll) });
}

Deno.test("[K6] a proposal that passed says how many were for and against", () => {
  const live = opened({ method: "proposal" });
  for (const one of [FAY, MIA]) live.cast(one, { choice: "agree" });
  live.cast(BEN, { choice: "disagree" });
  live.cast(CLO, { choice: "abstain" });
  assertEquals(ended(live), "Passed: 2 for, 1 against, 1 abstaining.");
});

Deno.test("[K6] a rejected proposal says what was needed", () => {
  const live = opened({ method: "proposal" });
  live.cast(MIA, { choice: "disagree" });
  assertEquals(
    ended(live),
    "Rejected: 0 for, 1 against, and more than half was needed.",
  );
});

Deno.test("[K6] a blocked proposal says so", () => {
  const live = opened({ method: "proposal" });
  live.cast(MIA, { choice: "block", reason: "No" });
  assertEquals(ended(live), "Blocked: 1 blocked the proposal.");
});

Deno.test("[K7] a poll without quorum says how many voted and how many were needed", () => {
  const live = opened({ quorum: 0.5 });
  live.cast(MIA, { choice: "a" });
  assertEquals(ended(live), "No quorum: 1 of 4 voted, 50 % was needed.");
});

Deno.test("[K6] a winner comes with its count and share", () => {
  const live = opened({ method: "majority" });
  for (const one of [FAY, MIA]) live.cast(one, { choice: "b" });
  live.cast(BEN, { choice: "a" });
  assertEquals(ended(live), "b won with 2 of 3 (67 %).");
});

Deno.test("[K6] where no alternative has enough, nothing won", () => {
  const live = opened({ method: "supermajority" });
  for (const one of [FAY, MIA]) live.cast(one, { choice: "b" });
  for (const one of [BEN, CLO]) live.cast(one, { choice: "a" });
  assertEquals(ended(live), "Nothing won: no alternative has two thirds.");
});

Deno.test("[K6] a tie names all who are level", () => {
  const live = opened();
  live.cast(FAY, { choice: "a" });
  live.cast(MIA, { choice: "b" });
  live.cast(BEN, { choice: "c" });
  assertEquals(ended(live), "Tied: a, b and c are level, so nothing won.");
});

Deno.test("[K6] a ranked winner comes with the method and the ballots", () => {
  const live = opened({ method: "schulze" });
  live.cast(FAY, { ranking: [["c"], ["a"]] });
  assertEquals(ended(live), "c won (Schulze, 1 ballot).");
});

Deno.test("[K6] approvals are of all who voted", () => {
  const live = opened({ method: "approval" });
  live.cast(FAY, { choices: ["a", "b"] });
  live.cast(MIA, { choices: ["a"] });
  assertEquals(ended(live), "a won: 2 of 2 approve of it (100 %).");
});

Deno.test("[K8] a cancelled poll says nothing of what was said", () => {
  const live = opened({ blind: true });
  live.cast(FAY, { choice: "a" });
  live.cancel();
  assertEquals(
    statementOf(live.poll, live.result),
    "Cancelled: the poll decides nothing.",
  );
});

Deno.test("[K8] while blind only the turnout is told, and until when", () => {
  const live = opened({ blind: true });
  live.cast(FAY, { choice: "a" });
  assertEquals(
    standing(live),
    "1 of 4 have voted. The tally is hidden until the poll closes.",
  );
  assertEquals(
    standing(opened({ blind: true, reveal: "quorum", quorum: 0.5 })),
    "0 of 4 have voted. The tally is hidden until quorum is reached.",
  );
});

Deno.test("[K5] an open poll tells who leads, and says when all are level", () => {
  const live = opened();
  assertEquals(standing(live), "Nobody has voted yet.");
  live.cast(FAY, { choice: "a" });
  assertEquals(standing(live), "So far a leads.");
  live.cast(MIA, { choice: "b" });
  assertEquals(standing(live), "So far a and b are level in front.");
  live.cast(BEN, { choice: "c" });
  assertEquals(standing(live), "So far all are level.");
});

Deno.test("[K7] weights that differ from heads are told beside them", () => {
  const live = opened({ blind: true });
  live.change("mia", 3);
  live.cast(MIA, { choice: "a" });
  assertEquals(
    standing(live),
    "1 of 4 (weight 3 of 6) have voted. The tally is hidden until the poll closes.",
  );
});

Deno.test("[K7] a share is never rounded to all or to nothing", () => {
  assertEquals([0, 0.001, 0.5, 0.999, 1].map(percent), [
    "0 %",
    "1 %",
    "50 %",
    "99 %",
    "100 %",
  ]);
  assertEquals([listed([]), listed(["a"]), listed(["a", "b"])], [
    "",
    "a",
    "a and b",
  ]);
});
