/** Signals of the hub (P9): what leaves, and to whom. */
import { assert, assertEquals } from "@std/assert";
import { FakeSocket } from "../support/fake_socket.ts";
import { createTestHub } from "../support/hub.ts";

const CHANNEL = "session:s";

/** Ann reads the channel of a session with one entry. */
async function reading(limits = {}) {
  const test = createTestHub(limits);
  await test.append(CHANNEL, "first");
  const ann = await test.join("ann");
  await ann.ask({ type: "SUBSCRIBE", channel: CHANNEL });
  return { ...test, ann };
}

function updates(socket: FakeSocket) {
  return socket.ofType("CONSENSUS_UPDATE");
}

Deno.test("[P9] a signal has its key in the payload, a time, and no offset", async () => {
  const { hub, ann, stop } = await reading();
  hub.signal(CHANNEL, "CONSENSUS_UPDATE", "poll:7", { turnout: 0.5 });
  await ann.socket.until((all) => all.at(-1).type === "CONSENSUS_UPDATE");
  assertEquals(updates(ann.socket), [{
    type: "CONSENSUS_UPDATE",
    channel: CHANNEL,
    at: 1_000_000,
    payload: { turnout: 0.5, key: "poll:7" },
  }]);
  await stop();
});

Deno.test("[P9] a payload's own field cannot take the place of a signal's key", async () => {
  const { hub, ann, stop } = await reading();
  hub.signal(CHANNEL, "CONSENSUS_UPDATE", "poll:7", { key: "mine" });
  await ann.socket.until((all) => all.at(-1).type === "CONSENSUS_UPDATE");
  assertEquals(updates(ann.socket)[0].payload, { key: "poll:7" });
  await stop();
});

Deno.test("[P9] of what gathers before a flush the latest signal per key leaves", async () => {
  const { hub, ann, stop } = await reading();
  for (const turnout of [1, 2, 3]) {
    hub.signal(CHANNEL, "CONSENSUS_UPDATE", "poll:7", { turnout });
  }
  hub.signal(CHANNEL, "CONSENSUS_UPDATE", "poll:8", { turnout: 9 });
  await ann.socket.until((all) => all.at(-1).payload.key === "poll:8");
  assertEquals(updates(ann.socket).map(({ payload }) => payload), [
    { turnout: 3, key: "poll:7" },
    { turnout: 9, key: "poll:8" },
  ]);
  await stop();
});

Deno.test("[P9] a signal leaves after the publications it tells of, and moves no position", async () => {
  const { hub, ann, append, stop } = await reading();
  await append(CHANNEL, "second");
  hub.signal(CHANNEL, "CONSENSUS_UPDATE", "poll:7", {});
  await append(CHANNEL, "third");
  await ann.socket.until((all) => all.at(-1).type === "CONSENSUS_UPDATE");
  await append(CHANNEL, "fourth");
  await ann.socket.until((all) => all.at(-1).offset === 4);
  assertEquals(
    ann.socket.messages.slice(2).map(({ type, offset }) => offset ?? type),
    [2, 3, "CONSENSUS_UPDATE", 4],
  );
  await stop();
});

Deno.test("[P9] a lagging reader is spared signals and still gets every publication", async () => {
  const test = await reading({ maxBufferedBytes: 2_000 });
  const { hub, ann, append, stop } = test;
  const bob = await test.join("bob");
  await bob.ask({ type: "SUBSCRIBE", channel: CHANNEL });
  ann.socket.isStuck = true;
  ann.socket.bufferedAmount = 2_000;
  await append(CHANNEL, "second");
  hub.signal(CHANNEL, "CONSENSUS_UPDATE", "poll:7", {});
  await bob.socket.until((all) => all.at(-1).type === "CONSENSUS_UPDATE");
  assertEquals(updates(ann.socket), []);
  ann.socket.drain();
  await ann.socket.until((all) => all.at(-1).offset === 2);
  assertEquals(updates(ann.socket), []);
  await stop();
});

Deno.test("[P17] signals that gather leave in frames within the limit", async () => {
  const { hub, ann, stop } = await reading({ maxBufferedBytes: 2_000 });
  for (let n = 0; n < 20; n++) {
    hub.signal(CHANNEL, "CONSENSUS_UPDATE", `poll:${n}`, {
      text: "x".repeat(400),
    });
  }
  await ann.socket.until((all) => all.at(-1).payload.key === "poll:19");
  assertEquals(updates(ann.socket).length, 20);
  assert(ann.socket.frames.every((frame) => frame.length <= 2_000));
  await stop();
});

Deno.test("[P4] a signal rides in the frame of the publications it tells of", async () => {
  const { hub, ann, append, stop } = await reading();
  const before = ann.socket.frames.length;
  const appended = append(CHANNEL, "second");
  hub.signal(CHANNEL, "CONSENSUS_UPDATE", "poll:7", {});
  await appended;
  await ann.socket.until((all) => all.at(-1).type === "CONSENSUS_UPDATE");
  const lines = ann.socket.frames.slice(before).map((frame) =>
    frame.split("\n").map((line) => JSON.parse(line).type)
  );
  assertEquals(lines.length, 1);
  assertEquals(lines[0].at(-1), "CONSENSUS_UPDATE");
  assertEquals(lines[0].length, 2);
  await stop();
});

Deno.test("[P17] where there is no room for both, the publication leaves without the signal", async () => {
  const { hub, ann, append, stop } = await reading({ maxBufferedBytes: 2_000 });
  ann.socket.bufferedAmount = 1_500;
  const appended = append(CHANNEL, "second");
  hub.signal(CHANNEL, "CONSENSUS_UPDATE", "poll:7", { text: "x".repeat(400) });
  await appended;
  await ann.socket.until((all) => all.at(-1).offset === 2);
  assertEquals(updates(ann.socket), []);
  await append(CHANNEL, "third");
  await ann.socket.until((all) => all.at(-1).offset === 3);
  await stop();
});

Deno.test("[P9] a channel has readers from the first subscription to the last", async () => {
  const { hub, ann, stop } = await reading();
  assertEquals(
    [hub.hasReaders(CHANNEL), hub.hasReaders("session:other")],
    [true, false],
  );
  await ann.ask({ type: "UNSUBSCRIBE", channel: CHANNEL });
  assertEquals(hub.hasReaders(CHANNEL), false);
  await stop();
});
