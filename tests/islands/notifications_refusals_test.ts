/** Messages refused after their page: told once, with what was written, unless a tab still waits for the answer. */
import { assertEquals } from "@std/assert";
import type { Notification } from "../../domain/inbox/notification.ts";
import {
  ASKER_SPEAKS_WITHIN_MS,
  Refusals,
} from "../../islands/notification_refusals.ts";
import { refusalWords } from "../../islands/refusal_words.ts";
import type { Refused } from "../../realtime/client/client_events.ts";
import type { Json } from "../../realtime/json.ts";
import { FakeClock } from "../realtime/client/fakes.ts";

function setUp(words = Promise.resolve(refusalWords)) {
  const clock = new FakeClock();
  const told: Notification[] = [];
  const seenTo: string[] = [];
  const refusals = new Refusals({
    clock,
    tell: (notification) => told.push(notification),
    seenTo: (key) => seenTo.push(key),
    words: () => words,
  });
  return { clock, told, seenTo, refusals };
}

async function turn(): Promise<void> {
  for (let n = 0; n < 10; n++) await Promise.resolve();
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

Deno.test("[P23] a refused message that nobody waits for is told with its words", async () => {
  const { clock, told, refusals } = setUp();
  refusals.take(refused(false));
  clock.advance(ASKER_SPEAKS_WITHIN_MS);
  await turn();
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

Deno.test("[P23] a refusal told at the control is not told again by the other tabs", async () => {
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
    await turn();
    assertEquals(told, [], order);
  }
});

Deno.test("[P23] a refused record of the page's own is not told", async () => {
  const { clock, told, refusals } = setUp();
  refusals.take(refused(false, "record_notifications"));
  clock.advance(ASKER_SPEAKS_WITHIN_MS);
  await turn();
  assertEquals(told, []);
});

Deno.test("[P23] without the words of its build, a refusal is told all the same", async () => {
  const { clock, told, refusals } = setUp(Promise.reject(new Error("gone")));
  refusals.take(refused(false));
  clock.advance(ASKER_SPEAKS_WITHIN_MS);
  await turn();
  assertEquals(told.map(({ title, body }) => [title, body]), [
    ["What you sent was refused", "Cannot write in a closed session"],
  ]);
});

/** A queued ballot that the domain has refused, with the poll as the server shows it. */
async function refusedBallot(reason: string, question?: string) {
  const input: Json = { sessionId: "s1", pollId: "p1", choice: "a" };
  const payload = { command: "cast_ballot", input };
  const asked: string[] = [];
  const said = await refusalWords({
    messageId: "m1",
    code: "conflict",
    message: "Cannot do it",
    reason,
    sent: { type: "COMMAND", messageId: "m1", payload },
    asked: false,
  }, (url) => {
    asked.push(String(url));
    if (question === undefined) return Promise.reject(new TypeError("offline"));
    return Promise.resolve(Response.json({ poll: { question } }));
  });
  return { ...said, asked };
}

for (
  const [reason, body] of [
    [
      "poll_closed",
      "The poll “Which?” had closed before your ballot arrived.",
    ],
    [
      "round_ended",
      "The round of the poll “Which?” you voted in had ended before your ballot arrived.",
    ],
    ["not_a_voter", "You have no vote in the poll “Which?”."],
    ["ballot_invalid", "Your ballot does not fit the poll “Which?”."],
    [
      "session_closed",
      "The session of the poll “Which?” had closed before your ballot arrived.",
    ],
  ] as const
) {
  Deno.test(`[P23] a queued ballot refused as ${reason} is plainly reported as not counted`, async () => {
    assertEquals(await refusedBallot(reason, "Which?"), {
      title: "Your ballot was not counted",
      body,
      href: "/sessions/s1?poll=p1#poll",
      asked: ["/api/v1/sessions/s1/polls/p1"],
    });
  });
}

Deno.test("[P23] a ballot's refusal is told without the question where that cannot be read", async () => {
  const { body } = await refusedBallot("poll_closed");
  assertEquals(body, "The poll had closed before your ballot arrived.");
});

Deno.test("[P23] a reason nobody has words for is told in the server's", async () => {
  assertEquals(
    (await refusedBallot("constructor", "Which?")).body,
    "Cannot do it.",
  );
});
