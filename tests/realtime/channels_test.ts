import { assert, assertEquals } from "@std/assert";
import { Channels } from "../../realtime/channels.ts";
import type { Channel } from "../../realtime/channel.ts";
import { FlushScheduler } from "../../realtime/flush.ts";
import { Histogram } from "../../realtime/histogram.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";

function createChannels(maxKeptBytes: number): Channels {
  const context = {
    scheduler: new FlushScheduler(() => {}),
    transientCapacity: 1_000,
    maxFrameBytes: 65_536,
    deliveryMs: new Histogram(),
    behind: () => {},
  };
  return new Channels(createMemoryLog(), context, {
    newEpoch: () => "e",
    maxKeptBytes,
  });
}

function topic(channels: Channels, name: string): Channel {
  const channel = channels.open(`topic:${name}`);
  assert(!(channel instanceof Promise));
  return channel;
}

/** Publishes `count` lines of 100 bytes. */
function publish(channels: Channels, name: string, count: number): void {
  for (let n = 0; n < count; n++) {
    const channel = topic(channels, name);
    const offset = channel.offset + 1;
    channel.append({
      offset,
      text: "x".repeat(100),
      bytes: 100,
      publishedAt: 0,
    });
  }
}

Deno.test("[P8] over the bound the topics go first that nobody wrote to for longest", () => {
  const channels = createChannels(1_000);
  publish(channels, "old", 4);
  publish(channels, "middle", 4);
  publish(channels, "old", 1);
  publish(channels, "new", 3);
  assertEquals(
    [...channels.values()].map(({ name }) => name),
    ["topic:old", "topic:new"],
  );
  assertEquals(channels.keptBytes, 800);
});

Deno.test("[P8] one topic alone keeps what fits, and its last publication at least", () => {
  const channels = createChannels(1_000);
  publish(channels, "a", 25);
  const { history } = topic(channels, "a");
  assertEquals([history.first, history.size], [16, 10]);
  assertEquals(channels.keptBytes, 1_000);
  const tight = createChannels(50);
  publish(tight, "a", 3);
  assertEquals(topic(tight, "a").history.first, 3);
});
