import { assertEquals } from "@std/assert";
import { liveness, reconnectSlotMs } from "../../realtime/heartbeat.ts";

const LIMITS = { intervalMs: 30_000, timeoutMs: 300_000 };

Deno.test("[P15] a connection is asked, stale and over by the clock alone", () => {
  const open = {
    state: "open" as const,
    lastSeenAt: 0,
    lastHeartbeatAt: 0,
    heartbeat: undefined,
  };
  assertEquals(liveness(open, 29_999, LIMITS), "fine");
  assertEquals(liveness(open, 30_000, LIMITS), "ask");
  const asked = { ...open, heartbeat: { id: 1, sentAt: 30_000 } };
  assertEquals(liveness(asked, 39_999, LIMITS), "fine");
  assertEquals(liveness(asked, 40_000, LIMITS), "stale");
  assertEquals(
    liveness({ ...asked, state: "stale" }, 299_999, LIMITS),
    "fine",
  );
  assertEquals(
    liveness({ ...asked, state: "stale" }, 300_000, LIMITS),
    "over",
  );
});

Deno.test("[P15] a connection that speaks without answering is asked again, not stale", () => {
  const talking = {
    state: "open" as const,
    lastSeenAt: 35_000,
    lastHeartbeatAt: 30_000,
    heartbeat: { id: 1, sentAt: 30_000 },
  };
  assertEquals(liveness(talking, 45_000, LIMITS), "fine");
  assertEquals(liveness(talking, 60_000, LIMITS), "ask");
});

Deno.test("[P20] slots spread evenly over 2 s per 1,000 connections, at most 10 s", () => {
  assertEquals([0, 500, 999].map((index) => reconnectSlotMs(index, 1_000)), [
    0,
    1_000,
    1_998,
  ]);
  assertEquals(reconnectSlotMs(9_999, 10_000), 9_999);
  assertEquals(reconnectSlotMs(19_999, 20_000), 10_000);
});
