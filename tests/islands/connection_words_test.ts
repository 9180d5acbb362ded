/** The chip's words for every state, and what is said on the way back. */
import { assertEquals } from "@std/assert";
import { describe, milliseconds } from "../../islands/connection_words.ts";
import { CONNECTING } from "../../islands/connection_model.ts";
import { Returning } from "../../islands/connection_watch.ts";
import type { ConnectionView } from "../../realtime/client/connection_state.ts";

function view(change: Partial<ConnectionView>): ConnectionView {
  return { ...CONNECTING, ...change };
}

const measured = { samples: [40, 820], medianMs: 41.6, p90Ms: 820, p95Ms: 820 };

for (
  const [label, change] of [
    ["Connecting…", {}],
    ["Live", { state: "live" }],
    ["Live · 42 ms", { state: "live", latency: measured }],
    ["Slow · 820 ms", { state: "slow", latency: measured }],
    ["Slow", { state: "slow" }],
    ["Reconnecting… 4 s", { state: "reconnecting", retryAt: 5_200 }],
    ["Reconnecting…", { state: "reconnecting" }],
    ["Server updating", {
      state: "reconnecting",
      restarting: true,
      retryAt: 5_200,
    }],
    ["Catching up 120/340", {
      state: "catching_up",
      progress: { done: 120, total: 340 },
    }],
    ["Offline", { state: "offline" }],
    ["Offline · 2 waiting", { state: "offline", queued: 2 }],
    ["Signed out", { state: "denied", deniedBy: "signed_out" }],
    ["Disconnected", { state: "denied", deniedBy: "closed" }],
  ] as const satisfies readonly (readonly [string, Partial<ConnectionView>])[]
) {
  Deno.test(`[P21] the chip says "${label}"`, () => {
    assertEquals(describe(view(change), 1_500).label, label);
  });
}

Deno.test("a round trip under a millisecond is not shown as none", () => {
  assertEquals([0.4, 1.4, 1.6].map(milliseconds), ["<1 ms", "1 ms", "2 ms"]);
});

function at(state: ConnectionView["state"], offset: number): ConnectionView {
  return view({
    state,
    positions: [{ channel: "session:a", epoch: "e", offset }],
  });
}

Deno.test("the way back counts what came with it, once", () => {
  const returning = new Returning();
  const said = [
    at("live", 5),
    at("reconnecting", 5),
    at("catching_up", 6),
    at("live", 8),
    at("slow", 9),
  ].map((each) => returning.take(each));
  assertEquals(said, [
    undefined,
    undefined,
    undefined,
    "Reconnected. 3 updates received.",
    undefined,
  ]);
});

Deno.test("a first connection is no way back", () => {
  const returning = new Returning();
  assertEquals(
    [at("connecting", 0), at("live", 3)].map((each) => returning.take(each)),
    [
      undefined,
      undefined,
    ],
  );
});
