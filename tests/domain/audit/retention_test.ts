/** When a closed session has been kept for long enough. */
import { assertEquals } from "@std/assert";
import { overdueOf, type OwnDays } from "../../../domain/audit/retention.ts";

const DAY = 86_400_000;
const ENDED = { channel: "session:a", closedAt: 10 * DAY };

const at = (
  day: number,
  days: number | null,
  own: readonly Omit<OwnDays, "channel">[] = [],
) =>
  overdueOf(
    ENDED,
    [
      { channel: "session:b", subject: null, days: 1 },
      ...own.map((one) => ({ channel: "session:a", ...one })),
    ],
    { days, now: day * DAY },
  ).map(({ subject, days, dueAt }) => [subject, days, dueAt / DAY]);

Deno.test("[A11] a session is due when its last day is over, and not a moment before", () => {
  assertEquals(at(40, 30), [[null, 30, 40]]);
  assertEquals(at(40 - 1 / DAY, 30), []);
});

Deno.test("[A11] without days a session is kept for ever", () => {
  assertEquals(at(1e6, null), []);
});

Deno.test("[A11] days of its own count instead of everybody's, longer or shorter", () => {
  assertEquals(at(15, 30, [{ subject: null, days: 5 }]), [[null, 5, 15]]);
  assertEquals(at(45, 30, [{ subject: null, days: 60 }]), []);
  assertEquals(at(1e6, 30, [{ subject: null, days: null }]), []);
});

Deno.test("[A11] a subject's own days take it before the rest, and then it goes with the rest", () => {
  const own = [{ subject: "poll:7", days: 5 }];
  assertEquals(at(14, 30, own), []);
  assertEquals(at(15, 30, own), [["poll:7", 5, 15]]);
  assertEquals(at(40, 30, own), [[null, 30, 40]]);
  assertEquals(at(15, null, own), [["poll:7", 5, 15]]);
});
