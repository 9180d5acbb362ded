/** Live polls: the same fold as the server, ballots until they are shown back, late ones told. */
import { assertEquals, assertMatch } from "@std/assert";
import type { RecordedEvent } from "../../domain/decider.ts";
import type { Session } from "../../domain/sessions/session.ts";
import { goLiveWithPolls } from "../../islands/poll_live.ts";
import { createPolls, saidIn, standingIn } from "../../islands/poll_model.ts";
import {
  type PollsState,
  storedPoll,
  summaryOf,
} from "../../islands/poll_state.ts";
import { refusalText } from "../../islands/poll_words.ts";
import { createRoom } from "../../islands/room_model.ts";
import type { Acknowledgement } from "../../realtime/client/outbox.ts";
import { MessageRefused } from "../../realtime/client/message_refused.ts";
import {
  BEN,
  FAY,
  fold,
  type Live,
  MIA,
  opened,
  plain,
} from "../domain/consensus/polls/fixture.ts";

const CHANNEL = "session:s1";

/** What Mia's page carries of a poll. */
function stateOf(live: Live): PollsState {
  return {
    list: [summaryOf(live.poll)],
    shown: JSON.parse(JSON.stringify(storedPoll(live.poll))),
    own: null,
    offset: live.channel.length,
  };
}

function livePage(live: Live) {
  const { session } = live;
  if (session.status === "none") throw new Error("no session");
  const room = createRoom({
    session: sessionOf(session),
    lines: [],
    pollNames: {},
    position: { channel: CHANNEL, epoch: "e1", offset: live.channel.length },
    presence: [],
    reader: { userId: "mia", name: "MIA", roles: ["member"] },
    readAt: live.now,
    zone: "UTC",
    formId: "f1",
    build: "b1",
  });
  const state = stateOf(live);
  const polls = createPolls(room, state);
  const answers: PromiseWithResolvers<Acknowledgement>[] = [];
  const sent: unknown[] = [];
  const ticks: (() => void)[] = [];
  let stopped = 0;
  const feed = goLiveWithPolls(polls, {
    client: {
      command: (name, input) => {
        sent.push({ name, input });
        const answer = Promise.withResolvers<Acknowledgement>();
        answers.push(answer);
        return answer.promise;
      },
    },
    state,
    newId: () => `m-${sent.length + 1}`,
    now: () => live.now,
    every: (_ms, tick) => {
      ticks.push(tick);
      return () => void stopped++;
    },
    readOwn: () => Promise.resolve({ choice: "c" }),
  });
  let seen = live.channel.length;
  /** Delivers what was written since. */
  const deliver = (messageId?: string) => {
    for (const event of live.channel.slice(seen)) {
      feed.take(event, { hash: `h${event.offset}`, messageId });
    }
    seen = live.channel.length;
  };
  return { polls, feed, answers, sent, deliver, ticks, stopped: () => stopped };
}

function sessionOf(session: Session): Session {
  return { ...session, activity: [] };
}

async function turn(): Promise<void> {
  for (let n = 0; n < 10; n++) await Promise.resolve();
}

function at(moment: number): string {
  return `${moment}`;
}

Deno.test("[K17] what a page carries goes on to the state of a fold from the log", () => {
  const live = opened({ blind: true, maxRounds: 3 });
  live.cast(BEN, { choice: "a" });
  const page = livePage(live);
  live.cast(MIA, { choice: "b" });
  live.cast(BEN, { choice: "c" });
  live.change("clo", 2);
  live.close();
  live.cast(FAY, { choice: "a" });
  page.deliver();
  const { poll } = page.polls;
  assertEquals(plain(poll.value!), plain(fold(live.events)));
});

Deno.test("[P11] an entry that comes again changes nothing", () => {
  const live = opened();
  const page = livePage(live);
  live.cast(BEN, { choice: "a" });
  page.deliver();
  const before = page.polls.poll.value;
  for (const event of live.channel) page.feed.take(event, {});
  assertEquals(page.polls.poll.value, before);
});

Deno.test("[K15] a ballot waits until its own entry is shown, then shows its receipt", async () => {
  const live = opened();
  const page = livePage(live);
  page.polls.cast.value?.({ choice: "b", reason: "Cheaper" });
  assertEquals(page.sent, [{
    name: "cast_ballot",
    input: {
      sessionId: "s1",
      pollId: "p1",
      round: 1,
      choice: "b",
      reason: "Cheaper",
    },
  }]);
  assertEquals(page.polls.pending.value?.ballot.choice, "b");
  assertEquals(page.polls.own.value, null);
  live.cast(MIA, { choice: "b", reason: "Cheaper" });
  const offset = live.channel.length;
  page.answers[0].resolve({
    messageId: "m-1",
    result: null,
    positions: [{ channel: CHANNEL, epoch: "e1", offset, hash: `h${offset}` }],
  });
  await turn();
  assertEquals(page.polls.pending.value?.offset, offset);
  page.deliver();
  assertEquals(page.polls.pending.value, undefined);
  assertEquals(page.polls.own.value, {
    ballot: { choice: "b", reason: "Cheaper" },
    offset,
    at: live.now,
    hash: `h${offset}`,
  });
});

Deno.test("[K8] under seal the own ballot stays known to its page alone", () => {
  const live = opened({ blind: true });
  const page = livePage(live);
  page.polls.cast.value?.({ choice: "b" });
  live.cast(MIA, { choice: "b" });
  page.deliver("m-1");
  assertEquals(page.polls.own.value?.ballot, { choice: "b" });
  assertEquals(page.polls.count.value, null);
  assertEquals(saidIn(page.polls, "mia"), "voted");
  assertEquals(saidIn(page.polls, "ben"), "awaited");
  assertEquals(saidIn(page.polls, "oli"), undefined);
});

Deno.test("[K8] a sealed ballot cast in another tab is asked of the server", async () => {
  const live = opened({ blind: true });
  const page = livePage(live);
  live.cast(MIA, { choice: "c" });
  page.deliver();
  assertEquals(page.polls.own.value, null);
  await turn();
  assertEquals(page.polls.own.value?.ballot, { choice: "c" });
});

Deno.test("[K3] a ballot that came too late is told so, with what it said", async () => {
  const live = opened();
  const page = livePage(live);
  page.polls.cast.value?.({ choice: "a" });
  live.now = 5_000;
  live.close();
  page.deliver();
  page.answers[0].reject(
    new MessageRefused("conflict", "Cannot accept", "poll_closed"),
  );
  await turn();
  const { refused, poll, pending } = page.polls;
  assertEquals(pending.value, undefined);
  assertEquals(refused.value?.said, "a");
  assertEquals(
    refusalText(refused.value!, poll.value, at),
    "Not counted: the poll had closed at 5000 before your ballot reached us.",
  );
});

Deno.test("[K11] a ballot for a round that ended is told so and comes back to the form", async () => {
  const live = opened({ maxRounds: 2 });
  const page = livePage(live);
  page.polls.cast.value?.({ choice: "a" });
  live.close();
  page.deliver();
  page.answers[0].reject(
    new MessageRefused("conflict", "Cannot accept", "round_ended"),
  );
  await turn();
  const { refused, poll, draft } = page.polls;
  assertEquals(draft.value, { choice: "a" });
  assertMatch(
    refusalText(refused.value!, poll.value, at),
    /round you voted in had ended .* Round 2 is open now/,
  );
});

Deno.test("[K11] the end of a round and the result are said once each", () => {
  const live = opened({ maxRounds: 2 });
  const page = livePage(live);
  live.close();
  page.deliver();
  assertMatch(
    page.polls.says.value,
    /^Round 1 ended\. .* Round 2 has begun\.$/,
  );
  live.cast(FAY, { choice: "a" });
  page.deliver();
  assertMatch(page.polls.says.value, /^Round 1 ended/, "ballots are not said");
  live.close();
  page.deliver();
  assertEquals(
    page.polls.says.value,
    "The poll is closed. a won with 1 of 1 (100 %).",
  );
  assertEquals(page.polls.list.value[0].state, "passed");
});

Deno.test("[K4] the time is up by the server's clock, before anybody closes", () => {
  const live = opened({ closesAt: 3_000 });
  const page = livePage(live);
  const standing = () => standingIn(page.polls, page.polls.poll.value!);
  assertEquals(standing(), "may_vote");
  live.now = 3_000;
  for (const tick of page.ticks) tick();
  assertEquals(standing(), "overdue");
  live.close();
  page.deliver();
  assertEquals(standing(), "closed");
  assertEquals(page.stopped() > 0, true, "nothing ticks for a closed poll");
});

Deno.test("[K12] who recuses themselves has no ballot and no say", () => {
  const live = opened();
  const page = livePage(live);
  live.cast(MIA, { choice: "a" });
  page.deliver();
  live.recuse(MIA);
  page.deliver();
  assertEquals(page.polls.own.value, null);
  assertEquals(standingIn(page.polls, page.polls.poll.value!), "not_a_voter");
});

Deno.test("[P24] another reading replaces everything, and older entries are passed over", () => {
  const live = opened();
  const page = livePage(live);
  live.cast(BEN, { choice: "a" });
  live.cast(FAY, { choice: "b" });
  page.feed.renew(stateOf(live));
  page.deliver();
  assertEquals(plain(page.polls.poll.value!), plain(live.poll));
});

Deno.test("[P24] a new poll does not take the place of one that is open", () => {
  const live = opened();
  const page = livePage(live);
  const other = (offset: number): RecordedEvent => ({
    ...live.events[0],
    offset,
    body: { ...live.events[0].body!, pollId: "p2", question: "And then?" },
  });
  page.feed.take(other(90), {});
  assertEquals(page.polls.poll.value?.pollId, "p1");
  assertEquals(page.polls.list.value.map(({ pollId }) => pollId), ["p2", "p1"]);
});
