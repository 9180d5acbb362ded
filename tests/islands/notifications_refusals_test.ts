/** Messages refused after their page: told once, with what was written, unless a tab still waits for the answer. */
import { assertEquals } from "@std/assert";
import type { Notification } from "../../domain/inbox/notification.ts";
import {
  ASKER_SPEAKS_WITHIN_MS,
  Refusals,
} from "../../islands/notification_refusals.ts";
import type { Refused } from "../../realtime/client/client_events.ts";
import type { Json } from "../../realtime/json.ts";
import { FakeClock } from "../realtime/client/fakes.ts";

function setUp() {
  const clock = new FakeClock();
  const told: Notification[] = [];
  const seenTo: string[] = [];
  const refusals = new Refusals({
    clock,
    tell: (notification) => told.push(notification),
    seenTo: (key) => seenTo.push(key),
  });
  return { clock, told, seenTo, refusals };
}

function refused(asked: boolean, command = "post_message"): Refused {
  const input: Json = { sessionId: "s1", text: "Yes" };
  return {
    messageId: "m1",
    code: "refused",
    message: "Cannot write in a closed session",
    reason: "session_closed",
    sent: { type: "COMMAND", messageId: "m1", payload: { command, input } },
    asked,
  };
}

Deno.test("[P23] a refused message that nobody waits for is told with its words", () => {
  const { clock, told, refusals } = setUp();
  refusals.take(refused(false));
  clock.advance(ASKER_SPEAKS_WITHIN_MS);
  assertEquals(
    told.map(({ title, body, href, sticky }) => [
      title,
      body,
      href,
      sticky,
    ]),
    [[
      "Your message was not sent",
      "Cannot write in a closed session. You wrote: “Yes”",
      "/sessions/s1",
      true,
    ]],
  );
});

Deno.test("[P23] a refusal told at the control is not told again by the other tabs", () => {
  const asker = setUp();
  asker.refusals.take(refused(true));
  asker.clock.advance(ASKER_SPEAKS_WITHIN_MS);
  assertEquals([asker.told, asker.seenTo.length], [[], 1]);
  for (const order of ["before", "after"]) {
    const { clock, told, refusals } = setUp();
    if (order === "before") refusals.told(asker.seenTo);
    refusals.take(refused(false));
    if (order === "after") refusals.told(asker.seenTo);
    clock.advance(ASKER_SPEAKS_WITHIN_MS);
    assertEquals(told, [], order);
  }
});

Deno.test("[P23] a refused record of the page's own is not told", () => {
  const { clock, told, refusals } = setUp();
  refusals.take(refused(false, "record_notifications"));
  clock.advance(ASKER_SPEAKS_WITHIN_MS);
  assertEquals(told, []);
});
