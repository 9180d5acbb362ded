/** Folding a session: a fold of what is kept equals the live state, whatever is in it. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { RecordedEvent } from "../../../domain/decider.ts";
import type { SessionCommand } from "../../../domain/sessions/decide.ts";
import {
  evolve,
  initial,
  type SessionState,
} from "../../../domain/sessions/session.ts";
import {
  ADA,
  FAY,
  fold,
  given,
  join,
  Live,
  MIA,
  OLI,
  opening,
  say,
  type Step,
} from "./fixture.ts";

const userId = fc.constantFrom("fay", "mia", "oli", "ada", "zed");
const command: fc.Arbitrary<SessionCommand> = fc.oneof(
  fc.constantFrom<SessionCommand>(
    { command: "join_session" },
    { command: "leave_session" },
  ),
  // Rare, as it ends everything that can happen.
  { weight: 1, arbitrary: fc.constant({ command: "close_session" } as const) },
  fc.record({
    command: fc.constant("post_message" as const),
    text: fc.string({ minLength: 1 }),
  }),
  fc.record({ command: fc.constant("remove_participant" as const), userId }),
  fc.record({
    command: fc.constant("add_participant" as const),
    userId,
    weight: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    command: fc.constant("set_participant_status" as const),
    status: fc.constantFrom("active" as const, "away" as const),
  }),
);
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(FAY, MIA, OLI, ADA),
  command,
);
const steps = fc.array(step, { maxLength: 80 });

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

Deno.test("[P24] a fold of what was decided equals the live state", () => {
  fc.assert(fc.property(steps, fc.boolean(), (steps, open) => {
    const live = given(opening({ open }), ...steps);
    const kept: RecordedEvent[] = JSON.parse(JSON.stringify(live.events));
    assertEquals(fold(kept), live.state);
  }));
});

Deno.test("[P24] folding never changes a state it was given", () => {
  fc.assert(fc.property(steps, (steps) => {
    const { events } = given(opening(), ...steps);
    // A frozen state throws when anything is written to it.
    events.reduce(
      (state, event) => frozen(evolve(state, frozen(event))),
      frozen(initial()),
    );
  }));
});

Deno.test("[P24] whatever may be decided, someone active leads an open session", () => {
  fc.assert(fc.property(steps, (steps) => {
    const { session } = given(opening(), ...steps);
    assert(
      session.participants.some(({ role, status }) =>
        role === "facilitator" && status !== "left"
      ),
    );
  }));
});

Deno.test("[L9] any entry erased, or any unknown one between, never throws", () => {
  fc.assert(fc.property(
    steps,
    fc.array(fc.nat(), { maxLength: 10 }),
    fc.jsonValue(),
    (steps, picks, junk) => {
      const { events } = given(opening(), ...steps);
      const damaged: RecordedEvent[] = events.map((event) => {
        if (picks.includes(event.offset)) return { ...event, body: null };
        if (picks.includes(event.offset + 100)) return { ...event, v: 99 };
        if (!picks.includes(event.offset + 200)) return event;
        const body = JSON.parse(JSON.stringify({
          ...event.body,
          participants: junk,
          userId: junk,
          weight: junk,
        }));
        return { ...event, body };
      });
      const names = ["session_opened", "participant_joined", "from_tomorrow"];
      for (const event of names) {
        const body = JSON.parse(JSON.stringify({ junk, event }));
        damaged.push({ ...events[0], offset: damaged.length + 1, body });
      }
      fold(damaged);
    },
  ));
});

Deno.test("[P24] what it does not know changes nothing", () => {
  const { state, events } = given(opening(), [MIA, join]);
  const known = { ...events[1], offset: 3 };
  const unknown: RecordedEvent[] = [
    { ...known, type: "CONSENSUS_UPDATE" },
    { ...known, v: 2 },
    { ...known, body: { event: "from_tomorrow" } },
    { ...events[0], offset: 3 },
  ];
  for (const event of unknown) {
    assert(evolve(state, event) === state);
  }
});

Deno.test("[L9] erasing a message leaves the same state live as in a new fold", () => {
  const live = given(opening(), [MIA, join], [MIA, say("secret")]);
  const erasure: RecordedEvent = {
    ...live.events[2],
    offset: 4,
    body: { event: "body_erased", offset: 3 },
  };
  live.add(erasure);
  const [opened, joined, posted] = live.events;
  const refolded = fold([opened, joined, { ...posted, body: null }, erasure]);
  assertEquals(live.state, refolded);
  assert(!JSON.stringify(live.state).includes("secret"));
});

Deno.test("[L9] a session whose opening was erased stays with its opener", () => {
  const { events } = given(opening(), [MIA, join]);
  const state: SessionState = fold([{ ...events[0], body: null }, events[1]]);
  assert(state.status === "open");
  assertEquals(
    [state.id, state.title, state.open, state.openedBy],
    ["s1", "", false, "fay"],
  );
  assertEquals(state.participants.map(({ userId }) => userId), ["mia"]);
});

Deno.test("[P24] the timeline keeps the last 50, oldest first", () => {
  const posts: Step[] = Array.from({ length: 60 }, (_, i) => [
    FAY,
    say(`m${i + 1}`),
  ]);
  const { activity } = given(opening(), ...posts).session;
  assertEquals(activity.length, 50);
  assertEquals([activity[0].text, activity[49].text], ["m11", "m60"]);
  assertEquals(activity[49].offset, 61);
});

Deno.test("[P24] nothing was opened: a session is none", () => {
  assertEquals(new Live().state, { status: "none" });
});
