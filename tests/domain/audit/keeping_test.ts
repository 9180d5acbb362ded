/** Holds and retention as commands: who may, what is refused, and the rows that follow. */
import { assertEquals } from "@std/assert";
import {
  createKeepingIndexer,
  evolve,
  initial,
  type Keeping,
} from "../../../domain/audit/keeping.ts";
import {
  keeping,
  type KeepingCommand,
} from "../../../domain/audit/keeping_commands.ts";
import { SetRetention } from "../../../domain/audit/keeping_input.ts";
import type { RecordedEvent, ViewRow } from "../../../domain/decider.ts";
import { Refusal } from "../../../domain/refusal.ts";
import { seal } from "../../../realtime/seal.ts";
import {
  ADA,
  FAY,
  Live,
  MIA,
  opening,
  type Person,
} from "../sessions/fixture.ts";

const CHANNEL = "session:s1";

/** The session of Fay, and what is kept of it. */
class Case {
  state: Keeping = initial();
  readonly rows = new Map<string, ViewRow["data"]>();
  readonly #session = new Live();
  readonly #index = createKeepingIndexer();
  #offset = 0;

  constructor() {
    this.#session.run(opening({
      participants: [{ userId: "mia", name: "MIA", role: "member" }],
    }));
  }

  run(user: Person, command: KeepingCommand): string | undefined {
    try {
      const events = keeping.decide(this.state, command, {
        user,
        now: 1_000,
        newId: () => "id",
        seal,
        also: { session: this.#session.state },
      });
      for (const event of events) {
        const recorded: RecordedEvent = {
          ...event,
          channel: "audit",
          offset: ++this.#offset,
          at: 1_000,
          sender: user.userId,
        };
        this.state = evolve(this.state, recorded);
        const subject = `keeping:${CHANNEL}`;
        for (const { view, key, data } of this.#index(recorded, subject)) {
          const name = `${view} ${key}`;
          if (data === null) this.rows.delete(name);
          else this.rows.set(name, data);
        }
      }
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }
}

const place: KeepingCommand = {
  command: "place_hold",
  input: { channel: CHANNEL, reason: "Case 7" },
};
const lift: KeepingCommand = {
  command: "lift_hold",
  input: { channel: CHANNEL },
};
const days = (days: number | "forever" | "default"): KeepingCommand => ({
  command: "set_retention",
  input: { channel: CHANNEL, days },
});

Deno.test("[A12] a hold says who placed it, when and why, and its row goes when it is lifted", () => {
  const c = new Case();
  assertEquals(c.run(FAY, place), undefined);
  const hold = {
    userId: "fay",
    name: "FAY",
    at: 1_000,
    reason: "Case 7",
    byAdmin: false,
  };
  assertEquals(c.state.hold, hold);
  assertEquals([...c.rows], [
    [`holds ${CHANNEL}`, { channel: CHANNEL, ...hold }],
  ]);
  assertEquals(c.run(FAY, lift), undefined);
  assertEquals([c.state.hold, c.rows.size], [null, 0]);
});

Deno.test("[A12] who leads a session holds it, an admin any; nobody else", () => {
  assertEquals(new Case().run(MIA, place), "not_allowed");
  const other = { ...FAY, userId: "another facilitator" };
  assertEquals(new Case().run(other, place), "not_allowed");
  assertEquals(new Case().run(ADA, place), undefined);
});

Deno.test("[A12] an admin's hold is lifted by an admin only; a facilitator's by either", () => {
  const c = new Case();
  c.run(ADA, place);
  assertEquals(c.run(FAY, lift), "not_allowed");
  assertEquals(c.run(ADA, lift), undefined);
  c.run(FAY, place);
  assertEquals(c.run(MIA, lift), "not_allowed");
  assertEquals(c.run(ADA, lift), undefined);
});

Deno.test("[A12] a hold is placed once and lifted once", () => {
  const c = new Case();
  assertEquals(c.run(ADA, lift), "hold_not_found");
  c.run(ADA, place);
  assertEquals(c.run(ADA, place), "hold_exists");
});

Deno.test("[A11] days of its own are an admin's to set, and taken back by default", () => {
  const c = new Case();
  const key = `retentions ${CHANNEL}`;
  assertEquals(c.run(FAY, days(7)), "not_allowed");
  c.run(ADA, days(7));
  const row = { channel: CHANNEL, subject: null, days: 7 };
  assertEquals(c.rows.get(key), row);
  c.run(ADA, days("forever"));
  assertEquals(c.rows.get(key), { ...row, days: null });
  c.run(ADA, days("default"));
  assertEquals(c.rows.size, 0);
});

Deno.test("[A11] only sessions end, and only as a whole are they kept for ever", () => {
  const ok = (input: unknown) => SetRetention.safeParse(input).success;
  assertEquals(ok({ channel: CHANNEL, days: 1 }), true);
  assertEquals(ok({ channel: CHANNEL, subject: "poll:7", days: 1 }), true);
  assertEquals(ok({ channel: "alerts", days: 1 }), false);
  assertEquals(ok({ channel: CHANNEL, days: 0 }), false);
  assertEquals(
    ok({ channel: CHANNEL, subject: "poll:7", days: "forever" }),
    false,
  );
});

Deno.test("[A12] an erased or unknown entry changes nothing", () => {
  const event = {
    type: "AUDIT",
    v: 1,
    body: null,
    channel: "audit",
    offset: 1,
    at: 1,
    sender: "ada",
  };
  assertEquals(evolve(initial(), event), initial());
  const later = { ...event, body: { event: "later" } };
  assertEquals(evolve(initial(), later), initial());
});
