/** What the room says of its polls before their script has come: the same as with it. */
import { assertEquals } from "@std/assert";
import { createPolls, saidIn } from "../../islands/poll_model.ts";
import { type PollsState, storedPoll } from "../../islands/poll_state.ts";
import { createRoom } from "../../islands/room_model.ts";
import { saidBy, showsPoll } from "../../islands/room_polls.ts";
import {
  BEN,
  CLO,
  type Live,
  MIA,
  opened,
} from "../domain/consensus/polls/fixture.ts";

function roomOf({ session, poll, channel, now }: Live) {
  if (session.status === "none") throw new Error("no session");
  const polls: PollsState = {
    list: [],
    shown: JSON.parse(JSON.stringify(storedPoll(poll))),
    own: null,
    offset: channel.length,
  };
  const room = createRoom({
    session: { ...session, activity: [] },
    lines: [],
    pollNames: {},
    position: { channel: "session:s1", epoch: "e1", offset: channel.length },
    presence: [],
    reader: { userId: "mia", name: "MIA", roles: ["member"] },
    readAt: now,
    zone: "UTC",
    formId: "f1",
    build: "b1",
    polls,
  });
  return { room, polls, session };
}

for (const state of ["open", "recused", "closed"] as const) {
  Deno.test(`[K10] who has voted in a poll, ${state}, is told alike before and with its script`, () => {
    const live = opened({ blind: true });
    live.cast(BEN, { choice: "a" });
    live.cast(MIA, { choice: "b" });
    if (state === "recused") live.change(CLO.userId, 0);
    if (state === "closed") live.close();
    const { room, polls, session } = roomOf(live);
    const model = createPolls(room, polls);
    const users = [...session.participants.map((one) => one.userId), "nobody"];
    const before = users.map((userId) => saidBy(room, userId));
    assertEquals(before, users.map((userId) => saidIn(model, userId)));
    assertEquals(before.includes("voted"), true);
    assertEquals(before.includes("awaited"), state !== "closed");
    assertEquals(showsPoll(room), true);
  });
}
