/** The fold of feedback: who counts once, what counts last, and that a replay gives the same. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import type { RecordedEvent } from "../../../domain/decider.ts";
import {
  feedbackGiven,
  type Outcome,
} from "../../../domain/learning/events.ts";
import {
  evolve,
  initial,
  MAX_LABELS,
  trustIn,
} from "../../../domain/learning/feedback.ts";
import { beliefAfter } from "../../../domain/learning/precision.ts";

function given(
  offset: number,
  userId: string,
  outcome: Outcome,
  evaluationId: string | null = null,
): RecordedEvent {
  const subject = { kind: "rule" as const, id: "r1", evaluationId };
  const event = feedbackGiven(
    { subject, outcome, comment: null, sessionId: null },
    { userId, name: userId },
  );
  const { type, v, body } = event;
  const at = 1_000 + offset;
  return { type, v, body, channel: "learning", offset, at, sender: userId };
}

const fold = (events: readonly RecordedEvent[]) =>
  events.reduce(evolve, initial());
const trust = (events: readonly RecordedEvent[]) =>
  trustIn([...fold(events).values()]);

const events = fc.array(
  fc.record({
    user: fc.constantFrom("ana", "ben", "cem"),
    evaluation: fc.constantFrom(null, "e1", "e2"),
    outcome: fc.constantFrom<Outcome>("correct", "incorrect"),
  }),
  { maxLength: 40 },
).map((list) =>
  list.map(({ user, evaluation, outcome }, index) =>
    given(index + 1, user, outcome, evaluation)
  )
);

Deno.test("[LE9] one person counts once per evaluation, with what they said last", () => {
  const first = given(1, "ana", "correct", "e1");
  const other = given(2, "ana", "incorrect", "e2");
  const changed = given(3, "ana", "incorrect", "e1");
  const found = trust([first, other, changed]);
  assertEquals([found.labels, found.correct, found.incorrect], [2, 0, 2]);
});

Deno.test("[LE9] the belief is that of each one's last word, in the order of these", () => {
  fc.assert(fc.property(events, (list) => {
    const last = new Map<string, RecordedEvent>();
    for (const event of list) {
      const key = JSON.stringify([event.sender, event.body?.subject ?? null]);
      last.set(key, event);
    }
    const outcomes = [...last.values()].sort((a, b) => a.offset - b.offset)
      .map(({ body }) => body?.outcome === "correct");
    const { alpha, beta, labels } = trust(list);
    assertEquals({ alpha, beta }, { ...beliefAfter(outcomes) });
    assertEquals(labels, outcomes.length);
  }));
});

Deno.test("[LE9] a replay from JSON in two parts gives the live state", () => {
  fc.assert(fc.property(events, fc.nat(40), (list, cut) => {
    const stored: RecordedEvent[] = JSON.parse(JSON.stringify(list));
    const half = stored.slice(0, cut).reduce(evolve, initial());
    const replayed = stored.slice(cut).reduce(evolve, half);
    assertEquals([...replayed], [...fold(list)]);
  }));
});

Deno.test("[LE9] what is erased, unknown or about another changes nothing", () => {
  const state = fold([given(1, "ana", "correct")]);
  const event = given(2, "ben", "correct");
  const { body } = event;
  assert(body !== null);
  const odd: RecordedEvent[] = [
    { ...event, body: null },
    { ...event, v: 2 },
    { ...event, type: "ALERT" },
    { ...event, body: { ...body, outcome: "perhaps" } },
    { ...event, body: { ...body, subject: null } },
    {
      ...event,
      body: {
        ...body,
        subject: { kind: "rule", id: "r2", evaluationId: null },
      },
    },
  ];
  for (const one of odd) assertEquals(evolve(state, one), state);
});

Deno.test("[LE5] under ten labels are too few", () => {
  const some = (count: number) =>
    trust(
      Array.from({ length: count }, (_, index) =>
        given(index + 1, "ana", "correct", `e${index}`)),
    );
  assertEquals(some(0).mean, 0.5);
  assert(some(9).tooFew);
  assert(!some(10).tooFew);
});

Deno.test("[LE9] only the newest labels are kept, and what is forgotten counted for nothing", () => {
  const outcomes = Array.from(
    { length: MAX_LABELS + 100 },
    (_, index) => index % 3 === 0,
  );
  const found = trust(
    outcomes.map((correct, index) =>
      given(index + 1, "ana", correct ? "correct" : "incorrect", `e${index}`)
    ),
  );
  assertEquals(found.labels, MAX_LABELS);
  const all = beliefAfter(outcomes);
  assert(Math.abs(found.alpha - all.alpha) < 1e-12);
  assert(Math.abs(found.beta - all.beta) < 1e-12);
});
