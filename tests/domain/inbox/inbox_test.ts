/** What a person said of their notifications: levels, idempotence, bounds, and whose they are. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { DomainEvent } from "../../../domain/decider.ts";
import { decide, type Said } from "../../../domain/inbox/decide.ts";
import {
  evolve,
  type Inbox,
  initial,
  MAX_RECORDS,
  statusOf,
} from "../../../domain/inbox/inbox.ts";
import { Refusal } from "../../../domain/refusal.ts";
import { seal } from "../../../realtime/seal.ts";

const ANA = { userId: "ana", name: "Ana", roles: ["member"] };
const OWN = "user:ana";

/** An inbox live: what is said is decided and folded, a second apart. */
class Live {
  inbox: Inbox = initial();
  now = 1_000;

  say(...items: Said[]): readonly DomainEvent[] {
    const { now } = this;
    const events = decide(this.inbox, { items }, {
      user: ANA,
      now,
      newId: () => "id",
      seal,
      also: {},
    });
    for (const event of events) {
      this.inbox = evolve(this.inbox, {
        ...event,
        channel: OWN,
        offset: now,
        at: now,
        sender: "ana",
      });
    }
    this.now += 1_000;
    return events;
  }

  status(offset: number, channel = OWN) {
    return statusOf(this.inbox, { channel, offset });
  }
}

Deno.test("[T3] nothing is delivered, shown or acknowledged before its reader says so", () => {
  assertEquals(new Live().status(1), {
    delivered: null,
    shown: null,
    acknowledged: null,
    unread: true,
  });
});

Deno.test("[T3] acknowledged implies shown, shown implies delivered; first times stay", () => {
  const live = new Live();
  live.say({ channel: OWN, offset: 1, shown: true });
  live.say({ channel: OWN, offset: 1, acknowledged: true });
  assertEquals(live.status(1), {
    delivered: 1_000,
    shown: 1_000,
    acknowledged: 2_000,
    unread: false,
  });
  assertEquals(live.inbox.counts, { delivered: 1, shown: 1, acknowledged: 1 });
});

Deno.test("[T3] recording again writes nothing, nor does less than is known", () => {
  const live = new Live();
  live.say({ channel: OWN, offset: 1, shown: true });
  assertEquals(live.say({ channel: OWN, offset: 1, shown: true }), []);
  assertEquals(live.say({ channel: OWN, offset: 1, delivered: true }), []);
  assertEquals(live.say({ channel: OWN, offset: 2 }), []);
});

Deno.test("[T3] one command writes one event with the furthest of each", () => {
  const live = new Live();
  const [event, ...more] = live.say(
    { channel: OWN, offset: 1, delivered: true },
    { channel: OWN, offset: 1, acknowledged: true },
    { channel: "alerts", offset: 3, delivered: true },
  );
  assertEquals(more, []);
  assertEquals(event.body.items, [
    { channel: OWN, offset: 1, level: "acknowledged" },
    { channel: "alerts", offset: 3, level: "delivered" },
  ]);
});

Deno.test("[T3] all up to an offset are acknowledged at once, later ones are not", () => {
  const live = new Live();
  live.say({ channel: OWN, offset: 5, acknowledged: true, through: true });
  assertEquals(live.status(5).unread, false);
  assertEquals(live.status(1).acknowledged, 1_000);
  assertEquals(live.status(6).unread, true);
  assertEquals(live.status(5, "alerts").unread, true);
  assertEquals(
    live.say({ channel: OWN, offset: 4, acknowledged: true, through: true }),
    [],
  );
  assertEquals(live.say({ channel: OWN, offset: 3, shown: true }), []);
});

Deno.test("[T3] nobody records for another's channel", () => {
  assertThrows(
    () => new Live().say({ channel: "user:bo", offset: 1, shown: true }),
    Refusal,
    "Cannot find this notification",
  );
});

Deno.test("[T3] the state stays bounded, and what falls out is past, not unread", () => {
  const live = new Live();
  const total = MAX_RECORDS + 250;
  for (let from = 1; from <= total; from += 50) {
    live.say(...Array.from({ length: 50 }, (_, n) => ({
      channel: OWN,
      offset: from + n,
      delivered: true,
    })));
  }
  assertEquals(live.inbox.records.size, MAX_RECORDS);
  assertEquals(live.inbox.counts.delivered, total);
  assertEquals(live.status(250).unread, false);
  assertEquals(live.status(251).unread, true);
  assertEquals(live.status(251).delivered !== null, true);
});

Deno.test("[T3] an unknown, erased or malformed entry changes nothing", () => {
  const inbox = initial();
  const place = { channel: OWN, offset: 1, at: 1, sender: "ana" };
  const recorded = "notifications_recorded";
  for (
    const event of [
      { type: "INBOX_UPDATE", v: 1, body: null },
      { type: "INBOX_UPDATE", v: 2, body: { event: recorded, items: [] } },
      { type: "INBOX_UPDATE", v: 1, body: { event: recorded, items: [3] } },
      { type: "DIRECT_MESSAGE", v: 1, body: { event: recorded, items: [] } },
    ]
  ) assertEquals(evolve(inbox, { ...place, ...event }), inbox);
});

Deno.test("[T3] whatever is said, levels hold those before them and saying it again is nothing", () => {
  const said = fc.record({
    channel: fc.constantFrom(OWN, "alerts"),
    offset: fc.integer({ min: 1, max: 12 }),
    delivered: fc.boolean(),
    shown: fc.boolean(),
    acknowledged: fc.boolean(),
    through: fc.boolean(),
  });
  fc.assert(fc.property(
    fc.array(fc.array(said, { minLength: 1, maxLength: 6 }), { maxLength: 8 }),
    (rounds) => {
      const live = new Live();
      for (const items of rounds) {
        live.say(...items);
        assertEquals(live.say(...items), []);
      }
      for (
        const { delivered, shown, acknowledged } of live.inbox.records.values()
      ) {
        assert(acknowledged === null || shown !== null);
        assert(shown === null || delivered !== null);
      }
    },
  ));
});
