/** Somebody sets the computer's clock by an hour: what is measured in time that has gone by does not notice. */
import { assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "../../realtime/hub_options.ts";
import { createTestHub } from "../support/hub.ts";
import { FakeTime } from "./fake_time.ts";

const HOUR = 3_600_000;
const { intervalMs, timeoutMs } = DEFAULT_LIMITS.heartbeat;

for (const [words, byMs] of [["forth", HOUR], ["back", -HOUR]] as const) {
  Deno.test(`[P15] a clock set ${words} by an hour neither drops connections nor holds the silent longer`, async () => {
    const time = new FakeTime();
    const test = createTestHub({}, { clock: time });
    const silent = await test.join("ann");
    await time.advance(1_000);
    time.setWall(byMs);
    test.hub.sweep();
    assertEquals(silent.connection.state, "open");
    assertEquals(silent.socket.ofType("HEARTBEAT").length, 0);
    await time.advance(intervalMs - 1_000);
    test.hub.sweep();
    assertEquals(silent.socket.ofType("HEARTBEAT").length, 1);
    time.setWall(byMs);
    test.hub.sweep();
    assertEquals(silent.connection.state, "open");
    await time.advance(10_000);
    test.hub.sweep();
    assertEquals(silent.connection.state, "stale");
    time.setWall(byMs);
    await time.advance(timeoutMs - intervalMs - 10_001);
    test.hub.sweep();
    assertEquals(silent.socket.closedWith, undefined);
    await time.advance(1);
    test.hub.sweep();
    assertEquals(silent.socket.closedWith?.code, 4008);
    await test.stop();
  });

  Deno.test(`[P18] a clock set ${words} by an hour neither fills a bucket nor empties it`, async () => {
    const time = new FakeTime();
    const test = createTestHub({ ratePerSecond: 1 }, { clock: time });
    const ann = await test.join("ann");
    const say = async () =>
      (await ann.ask({ type: "HEARTBEAT" })).payload?.code ?? "taken";
    assertEquals([await say(), await say(), await say()], [
      "taken",
      "taken",
      "rate_limited",
    ]);
    time.setWall(byMs);
    assertEquals(await say(), "rate_limited");
    await time.advance(1_000);
    assertEquals([await say(), await say()], ["taken", "rate_limited"]);
    await test.stop();
  });

  Deno.test(`[P7] a clock set ${words} by an hour forgives no malformed message, and counts none twice`, async () => {
    const time = new FakeTime();
    const test = createTestHub({}, { clock: time });
    const ann = await test.join("ann");
    const garbage = () => test.hub.receive(ann.connection, "{");
    for (let n = 0; n < 20; n++) garbage();
    time.setWall(byMs);
    assertEquals(ann.socket.closedWith, undefined);
    garbage();
    assertEquals(ann.socket.closedWith?.code, 4508);
    const bob = await test.join("bob");
    for (let n = 0; n < 20; n++) test.hub.receive(bob.connection, "{");
    await time.advance(60_000);
    time.setWall(byMs);
    test.hub.receive(bob.connection, "{");
    assertEquals(bob.socket.closedWith, undefined);
    await test.stop();
  });

  Deno.test(`[P3] a clock set ${words} by an hour is told as it is: when somebody came, and when they spoke`, async () => {
    const time = new FakeTime();
    const test = createTestHub({}, { clock: time });
    const ann = await test.join("ann");
    time.setWall(byMs);
    await time.advance(2_000);
    ann.send({ type: "HEARTBEAT" });
    await time.advance(500);
    const view = test.hub.connection(ann.connection.id);
    assertEquals(view?.lastSeenAt, time.now() - 500);
    assertEquals(test.hub.stats().uptimeMs, 2_500);
    await test.stop();
  });
}
