/** When the page says what it saw: in batches, the urgent at once, nothing twice. */
import { assertEquals } from "@std/assert";
import {
  NotificationRecords,
  placeOf,
  type RecordItem,
} from "../../islands/notification_records.ts";
import { FakeClock } from "../realtime/client/fakes.ts";

function setUp() {
  const clock = new FakeClock();
  const sent: (readonly [number, readonly RecordItem[]])[] = [];
  const records = new NotificationRecords({
    clock,
    send: (items) => sent.push([clock.now(), items]),
  });
  return { clock, sent, records };
}

const own = (offset: number) => ({ channel: "user:ana", offset });

Deno.test("[T3] what is delivered and shown within two seconds is one record in one batch", () => {
  const { clock, sent, records } = setUp();
  records.add("user:ana#1", "delivered");
  clock.advance(500);
  records.add("user:ana#1", "shown");
  records.add("user:ana#2", "delivered");
  clock.advance(1_499);
  assertEquals(sent, []);
  clock.advance(1);
  assertEquals(sent, [[2_000, [
    { ...own(1), shown: true },
    { ...own(2), delivered: true },
  ]]]);
});

Deno.test("[T3] batches are at least two seconds apart", () => {
  const { clock, sent, records } = setUp();
  for (let n = 1; n <= 50; n++) {
    records.add(`user:ana#${n}`, "shown");
    clock.advance(100);
  }
  clock.advance(5_000);
  assertEquals(sent.map(([at]) => at), [2_000, 4_000, 6_000]);
  assertEquals(sent.flatMap(([, items]) => items).length, 50);
});

Deno.test("[T3] the urgent goes at the end of this turn and takes along what waits", async () => {
  const { clock, sent, records } = setUp();
  records.add("user:ana#1", "delivered");
  records.add("alerts#2", "delivered", true);
  records.add("alerts#2", "shown", true);
  await Promise.resolve();
  assertEquals(sent, [[0, [
    { ...own(1), delivered: true },
    { channel: "alerts", offset: 2, shown: true },
  ]]]);
  clock.advance(10_000);
  assertEquals(sent.length, 1);
});

Deno.test("[T3] nothing is said twice, nor less than was said", () => {
  const { clock, sent, records } = setUp();
  records.add("user:ana#1", "shown");
  records.flush();
  records.add("user:ana#1", "shown");
  records.add("user:ana#1", "delivered");
  clock.advance(10_000);
  assertEquals(sent.length, 1);
  records.add("user:ana#1", "acknowledged");
  records.flush();
  assertEquals(sent[1][1], [{ ...own(1), acknowledged: true }]);
});

Deno.test("[T3] stopped, it leaves no timer behind", () => {
  const { clock, records } = setUp();
  records.add("user:ana#1", "shown");
  records.stop();
  assertEquals(clock.pending, 0);
});

Deno.test("[T3] a key is split at its last #", () => {
  assertEquals(placeOf("user:a%23b#7"), { channel: "user:a%23b", offset: 7 });
});
