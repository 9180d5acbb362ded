/** The live room: the same evolve, own messages until they are shown back, reloads when it must. */
import { assertEquals } from "@std/assert";
import type { Session } from "../../domain/sessions/session.ts";
import { goLive } from "../../islands/room_live.ts";
import { createRoom } from "../../islands/room_model.ts";
import type { RoomState } from "../../islands/room_state.ts";
import type { Follower } from "../../realtime/client/channels.ts";
import { MessageRefused } from "../../realtime/client/message_refused.ts";
import type { Acknowledgement } from "../../realtime/client/outbox.ts";
import { FakeClock } from "../realtime/client/fakes.ts";
import { CONNECTING } from "../../islands/connection_model.ts";
import type {
  ClientPosition,
  Publication,
} from "../../realtime/client/wire.ts";

const CHANNEL = "session:s1";

const SESSION: Session = {
  status: "open",
  id: "s1",
  title: "Onboard the vendor?",
  description: null,
  open: true,
  openedBy: "ana",
  openedAt: 1,
  closedAt: null,
  lastActivityAt: 1,
  participants: [{
    userId: "ana",
    name: "Ana",
    role: "facilitator",
    weight: 1,
    status: "active",
    joinedAt: 1,
  }],
  activity: [],
};

function stateAt(offset: number, session = SESSION): RoomState {
  return {
    session,
    lines: [],
    pollNames: {},
    position: { channel: CHANNEL, epoch: "e1", offset, hash: `h${offset}` },
    presence: [],
    reader: { userId: "ana", name: "Ana", roles: ["facilitator"] },
    readAt: 1,
    zone: "UTC",
    formId: "f1",
    build: "b1",
  };
}

function publication(
  offset: number,
  change: Partial<Publication> = {},
): Publication {
  const body = {
    event: "message_posted",
    userId: "ana",
    name: "Ana",
    text: `text ${offset}`,
  };
  return {
    type: "SESSION_UPDATE",
    channel: CHANNEL,
    epoch: "e1",
    offset,
    hash: `h${offset}`,
    at: 1_000 + offset,
    sender: "ana",
    payload: {},
    body,
    ...change,
  };
}

/** A room over a client whose every answer the test gives. */
function liveRoom(
  reload: () => Promise<RoomState | undefined> = () =>
    Promise.resolve(undefined),
) {
  const room = createRoom(stateAt(3));
  const clock = new FakeClock();
  const resumed: ClientPosition[] = [];
  const sent: { messageId?: string; input: unknown }[] = [];
  const answer = Promise.withResolvers<Acknowledgement>();
  let follower: Follower = {};
  let since: ClientPosition | undefined;
  const stop = goLive(room, {
    client: {
      follow: (_channel, given, from) => {
        follower = given;
        since = from;
        return {
          position: from,
          resume: (position) => void resumed.push(position),
          stop: () => {},
        };
      },
      command: (_name, input, messageId) => {
        sent.push({ messageId, input });
        return answer.promise;
      },
      onView: (viewer) => {
        viewer(CONNECTING);
        return () => {};
      },
    },
    reload,
    clock,
    newId: () => "m-1",
  });
  return {
    room,
    clock,
    answer,
    sent,
    resumed,
    stop,
    since,
    follower: () => follower,
  };
}

function texts({ room }: ReturnType<typeof liveRoom>): (string | undefined)[] {
  return room.lines.value.map((line) => "text" in line ? line.text : undefined);
}

async function turn(): Promise<void> {
  for (let n = 0; n < 10; n++) await Promise.resolve();
}

Deno.test("[P24] the room follows from the position its page was read at", () => {
  assertEquals(liveRoom().since, { epoch: "e1", offset: 3, hash: "h3" });
});

Deno.test("a publication goes through evolve and moves the position", () => {
  const live = liveRoom();
  live.follower().publication?.(publication(4));
  assertEquals(texts(live), ["text 4"]);
  assertEquals(live.room.position.value, {
    channel: CHANNEL,
    epoch: "e1",
    offset: 4,
    hash: "h4",
  });
});

Deno.test("own messages wait in order until they are shown back", () => {
  const live = liveRoom();
  live.room.send.value?.("hello");
  assertEquals(live.sent, [{
    messageId: "m-1",
    input: { sessionId: "s1", text: "hello" },
  }]);
  live.follower().publication?.(publication(4));
  assertEquals(
    live.room.pending.value.length,
    1,
    "another's entry settles nothing",
  );
  live.follower().publication?.(publication(5, { messageId: "m-1" }));
  assertEquals(live.room.pending.value, []);
});

Deno.test("an acknowledged message waits for its own entry to be shown", async () => {
  const live = liveRoom();
  live.room.send.value?.("hello");
  const positions = [{ channel: CHANNEL, epoch: "e1", offset: 5 }];
  live.answer.resolve({ messageId: "m-1", result: null, positions });
  await turn();
  assertEquals(live.room.pending.value, [{
    messageId: "m-1",
    text: "hello",
    offset: 5,
  }]);
  live.follower().publication?.(publication(4));
  live.follower().publication?.(publication(5));
  assertEquals(live.room.pending.value, []);
});

Deno.test("a refused message comes back to the composer with the reason at it", async () => {
  const live = liveRoom();
  live.room.send.value?.("too late");
  live.answer.reject(
    new MessageRefused("conflict", "The session is closed", "session_closed"),
  );
  await turn();
  assertEquals(live.room.pending.value, []);
  assertEquals(live.room.draft.value, "too late");
  assertEquals(live.room.mistake.value?.fields, {
    text: "The session is closed",
  });
});

Deno.test("a refused message does not overwrite what is being written", async () => {
  const live = liveRoom();
  live.room.send.value?.("too late");
  live.room.draft.value = "something new";
  live.answer.reject(new MessageRefused("conflict", "The session is closed"));
  await turn();
  assertEquals(live.room.draft.value, "something new");
});

for (
  const [what, change] of [
    ["an event it does not know", { body: { event: "session_paused" } }],
    ["a version it does not know", { v: 2 }],
    ["a type it does not know", { type: "FUTURE_UPDATE" }],
    ["a poll event it does not know", {
      type: "CONSENSUS_UPDATE",
      body: { event: "poll_paused", pollId: "p1" },
    }],
  ] as const
) {
  Deno.test(`[P24] ${what} makes the room read its state again and go on from there`, async () => {
    const title = "As the server knows it";
    const live = liveRoom(() =>
      Promise.resolve(stateAt(7, { ...SESSION, title }))
    );
    live.follower().publication?.(publication(4, change));
    await turn();
    assertEquals(live.room.session.value.title, title);
    assertEquals(live.resumed, [{ epoch: "e1", offset: 7, hash: "h7" }]);
  });
}

Deno.test("[P10] a lost history makes the room read its state again", async () => {
  const live = liveRoom(() => Promise.resolve(stateAt(2)));
  live.follower().reset?.("lost");
  live.follower().reset?.("lost");
  await turn();
  assertEquals(live.resumed, [{ epoch: "e1", offset: 2, hash: "h2" }]);
});

Deno.test("[P10] a state that cannot be read is asked for again, and nothing is applied until then", async () => {
  let asked = 0;
  const live = liveRoom(() => {
    asked += 1;
    return asked === 1
      ? Promise.reject(new TypeError("no network"))
      : Promise.resolve(stateAt(9));
  });
  live.follower().reset?.("lost");
  live.follower().publication?.(publication(4));
  await turn();
  assertEquals([asked, texts(live)], [1, []]);
  live.clock.advance(2_000);
  await turn();
  assertEquals(live.resumed, [{ epoch: "e1", offset: 9, hash: "h9" }]);
});

Deno.test("an erased body is folded as erased", () => {
  const live = liveRoom();
  live.follower().publication?.(publication(4, { body: null }));
  assertEquals(live.room.lines.value.map(({ event }) => event), [
    "erased",
  ]);
});

Deno.test("presence comes whole, then as changes", () => {
  const live = liveRoom();
  const person = (userId: string, status = "active") => ({
    userId,
    name: userId,
    role: "member",
    status,
  });
  live.follower().presence?.({
    joined: [person("a"), person("b")],
    left: [],
    full: true,
  });
  live.follower().presence?.({
    joined: [person("a", "away")],
    left: ["b"],
    full: false,
  });
  assertEquals(live.room.presence.value, [person("a", "away")]);
});

function vote(offset: number, userId: string): Publication {
  const name = userId.toUpperCase();
  return publication(offset, {
    type: "CONSENSUS_UPDATE",
    body: { event: "vote_cast", pollId: "p1", round: 1, userId, name },
  });
}

function told({ room }: ReturnType<typeof liveRoom>): string[] {
  return room.lines.value.map((line) =>
    line.event === "vote_cast"
      ? `${line.names.join(", ")} of ${line.voters.length}`
      : line.event
  );
}

Deno.test("votes that come one after the other are one line, whatever else comes begins another", () => {
  const live = liveRoom();
  for (const n of [4, 5, 6, 7]) {
    live.follower().publication?.(vote(n, `v${n}`));
  }
  live.follower().publication?.(publication(8));
  live.follower().publication?.(vote(9, "v4"));
  assertEquals(told(live), ["V4, V5, V6 of 4", "message_posted", "V4 of 1"]);
  assertEquals(live.room.position.value.offset, 9);
});

Deno.test("an erased vote among others of one line makes the room read its state again", async () => {
  const live = liveRoom(() => Promise.resolve(stateAt(6)));
  live.follower().publication?.(vote(4, "a"));
  live.follower().publication?.(vote(5, "b"));
  const body = { event: "body_erased", offset: 5 };
  live.follower().publication?.(publication(6, { body }));
  await turn();
  assertEquals(live.resumed, [{ epoch: "e1", offset: 6, hash: "h6" }]);
  assertEquals(told(live), []);
});

Deno.test("an erased line that stands alone is erased in place", async () => {
  const live = liveRoom();
  live.follower().publication?.(vote(4, "a"));
  const body = { event: "body_erased", offset: 4 };
  live.follower().publication?.(publication(5, { body }));
  await turn();
  assertEquals(told(live), ["erased"]);
  assertEquals(live.resumed, []);
});

Deno.test("a poll keeps its name when its opening has scrolled out of the lines", () => {
  const live = liveRoom();
  live.follower().publication?.(publication(4, {
    type: "CONSENSUS_UPDATE",
    body: {
      event: "consensus_initiated",
      pollId: "p1",
      question: "Which?",
      alternatives: [{ id: "b", label: "Vendor B" }],
    },
  }));
  for (let n = 5; n < 60; n++) live.follower().publication?.(publication(n));
  assertEquals(live.room.lines.value.length, 50);
  assertEquals(live.room.named.value.get("p1"), {
    question: "Which?",
    labels: { b: "Vendor B" },
  });
});
