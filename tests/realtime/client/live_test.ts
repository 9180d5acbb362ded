/** A server-rendered state that continues: order, unknown events, lost history. */
import { assertEquals } from "@std/assert";
import type { Follower } from "../../../realtime/client/channels.ts";
import {
  createLiveState,
  type Snapshot,
} from "../../../realtime/client/live.ts";
import type {
  ClientPosition,
  Publication,
} from "../../../realtime/client/wire.ts";
import { turn } from "./fakes.ts";

function publication(offset: number, event: string, v = 1): Publication {
  const payload = { event };
  return {
    type: "SESSION_UPDATE",
    channel: "session:a",
    offset,
    v,
    hash: `h${offset}`,
    payload,
    body: payload,
  };
}

function start(reload: () => Promise<Snapshot<string[]> | undefined>) {
  const resumed: ClientPosition[] = [];
  let followed: { follower: Follower; since?: ClientPosition } | undefined;
  let stopped = false;
  const live = createLiveState<string[]>(
    "session:a",
    ["rendered"],
    { channel: "session:a", epoch: "e1", offset: 4, hash: "h4" },
    (state, { payload, v }) =>
      v === 1 && payload.event !== "unheard_of"
        ? [...state, String(payload.event)]
        : undefined,
    { reload },
  );
  const stop = live.start({
    follow: (_channel, follower, since) => {
      followed = { follower, since };
      return {
        position: since,
        resume: (position) => resumed.push(position),
        stop: () => stopped = true,
      };
    },
  });
  const { follower, since } = followed!;
  return { live, stop, follower, since, resumed, stopped: () => stopped };
}

const FRESH = {
  state: ["fresh"],
  position: { epoch: "e1", offset: 9, hash: "h9" },
};

Deno.test("[P24] a rendered state continues from the position it was read at", () => {
  const { live, since, follower } = start(() => Promise.resolve(undefined));
  assertEquals(since, { epoch: "e1", offset: 4, hash: "h4" });
  follower.publication?.(publication(5, "message_posted"));
  assertEquals(live.state.value, ["rendered", "message_posted"]);
  assertEquals(live.position.value, { epoch: "e1", offset: 5, hash: "h5" });
});

for (
  const [what, event, v] of [
    ["an event", "unheard_of", 1],
    ["a version", "message_posted", 2],
  ] as const
) {
  Deno.test(`[P24] ${what} it does not know stops the applying and reloads`, async () => {
    const { promise, resolve } = Promise.withResolvers<typeof FRESH>();
    let reloads = 0;
    const { live, follower, resumed } = start(() => {
      reloads += 1;
      return promise;
    });
    follower.publication?.(publication(5, event, v));
    follower.publication?.(publication(6, "message_posted"));
    assertEquals([live.state.value, live.stale.value], [["rendered"], true]);
    resolve(FRESH);
    await turn();
    assertEquals([live.state.value, live.stale.value], [["fresh"], false]);
    assertEquals([reloads, resumed], [1, [FRESH.position]]);
  });
}

Deno.test("[P10] a lost history reloads and resumes from the fresh state", async () => {
  const { live, follower, resumed } = start(() => Promise.resolve(FRESH));
  follower.reset?.("lost");
  await turn();
  assertEquals([live.state.value, resumed], [["fresh"], [FRESH.position]]);
});

Deno.test("[P24] a state that was stopped takes no late answer", async () => {
  const { promise, resolve } = Promise.withResolvers<typeof FRESH>();
  const { live, follower, stop, stopped, resumed } = start(() => promise);
  follower.reset?.("lost");
  stop();
  resolve(FRESH);
  await turn();
  assertEquals([live.state.value, resumed, stopped()], [
    ["rendered"],
    [],
    true,
  ]);
});
