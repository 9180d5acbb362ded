/** How fast anybody may change things over HTTP, by the fixture's clock. */
import { assert, assertEquals } from "@std/assert";
import { MemoryExchange } from "../../realtime/nodes/memory_bus.ts";
import { RateLimit } from "../../routes/rate_limit.ts";
import { FakeTime } from "../realtime/fake_time.ts";
import { fixture, ORIGIN } from "./fixture.ts";

const ana = { name: "Ana", role: "member" } as const;
const bo = { name: "Bo", role: "member" } as const;
const BODY = { payload: { n: 1 } };
const PATH = "/api/v1/channels/topic:x/publications";

/** Two requests a second, eight at once. */
async function limited() {
  const time = { now: 0 };
  const clock = { monotonicMs: () => time.now };
  const rateLimit = new RateLimit({ perSecond: 2, clock });
  const house = await fixture({ parts: { rateLimit } });
  return { house, time, rateLimit };
}

Deno.test("[S2] over the burst a change is 429 with Retry-After, and later welcome", async () => {
  const { house, time } = await limited();
  using _ = house;
  for (let i = 0; i < 8; i++) {
    assertEquals((await house.callAs(ana, "POST", PATH, BODY)).status, 201);
  }
  const refused = await house.callAs(ana, "POST", PATH, BODY);
  assertEquals(refused.status, 429);
  assertEquals(refused.headers.get("retry-after"), "1");
  assertEquals((await refused.json()).retryAfterMs, 500);
  time.now += 500;
  assertEquals((await house.callAs(ana, "POST", PATH, BODY)).status, 201);
});

Deno.test("[S2] the limit is one user's own; reading and the service token have none", async () => {
  const { house } = await limited();
  using _ = house;
  for (let i = 0; i < 9; i++) await house.callAs(ana, "POST", PATH, BODY);
  assertEquals((await house.callAs(bo, "POST", PATH, BODY)).status, 201);
  assertEquals((await house.callAs(ana, "GET", "/api/v1/me")).status, 200);
  for (let i = 0; i < 20; i++) {
    assertEquals((await house.call("POST", PATH, BODY)).status, 201);
  }
});

Deno.test("[S2] the anonymous are limited by address: sign-ins, and POSTs with no credential", async () => {
  const { house } = await limited();
  using _ = house;
  const from = async (remoteAddress: string) => {
    const request = new Request(`${ORIGIN}/login`, {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ name: "Ana", role: "member" }),
    });
    return (await house.app.fetch(request, { remoteAddress })).status;
  };
  for (let i = 0; i < 8; i++) assertEquals(await from("192.0.2.1"), 303);
  assertEquals(await from("192.0.2.1"), 429);
  assertEquals(await from("192.0.2.2"), 303);
});

Deno.test("[S2] buckets are forgotten once they have refilled, and never outgrow their limit", () => {
  const time = { now: 0 };
  const clock = { monotonicMs: () => time.now };
  const limit = new RateLimit({ perSecond: 2, clock });
  for (let i = 0; i < 50_000; i++) limit.take(`address ${i}`);
  assertEquals(limit.size, 20_000);
  time.now += 4_000;
  limit.take("one more");
  assertEquals(limit.size, 1);
});

/** Two nodes with a bucket each, 100 a second; `pass` moves the time of both. */
function twoNodes() {
  const time = new FakeTime();
  const exchange = new MemoryExchange();
  const [a, b] = ["a", "b"].map((node) =>
    new RateLimit({
      perSecond: 100,
      clock: time,
      bus: exchange.join(node),
      after: time.after,
    })
  );
  return { a, b, time, stop: () => [a, b].map((limit) => limit.stop()) };
}

/** How many of `count` requests one after the other are let through. */
function taken(limit: RateLimit, count: number): number {
  return Array.from({ length: count }, () => limit.take("user ana"))
    .filter((waitMs) => waitMs === undefined).length;
}

Deno.test("[S2] what one node lets through another node takes from its own bucket, a second later", async () => {
  const { a, b, time, stop } = twoNodes();
  assertEquals(taken(a, 300), 300);
  await time.advance(1_000);
  // Its burst of 400 less the 300.
  assertEquals(taken(b, 400), 100);
  stop();
});

Deno.test("[S2] over two nodes for a minute not much more than the rate comes through", async () => {
  const { a, b, time, stop } = twoNodes();
  let all = 0;
  for (let second = 0; second < 60; second++) {
    all += taken(a, 200) + taken(b, 200);
    await time.advance(1_000);
  }
  // 6,000 and the bursts; each node for itself would let through 12,800.
  assert(all >= 5_500 && all <= 7_200, `${all} came through`);
  stop();
});

Deno.test("[S2] who takes less than a tenth of the rate is not told to other nodes", async () => {
  const { a, b, time, stop } = twoNodes();
  taken(a, 9);
  await time.advance(1_000);
  assertEquals(b.size, 0);
  assertEquals(taken(b, 500), 400);
  stop();
});
