/** Toasts over time: durations, places, merging, pausing; and what holds for every schedule. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Notification } from "../../domain/inbox/notification.ts";
import {
  durationMs,
  emptyQueue,
  MAX_TOASTS,
  nextEnd,
  reduce,
  shown,
  type ToastAction,
  type ToastQueue,
  waiting,
} from "../../islands/toast_queue.ts";

function notification(
  name: string,
  more: Partial<Notification> = {},
): Notification {
  const severity = more.severity ?? "info";
  return {
    key: `user:ana#${name}`,
    dedupeKey: name,
    severity,
    title: name,
    body: "",
    href: "/inbox",
    sticky: severity === "critical" || severity === "high",
    assertive: severity === "critical",
    ...more,
  };
}

function after(...actions: ToastAction[]): ToastQueue {
  return actions.reduce(reduce, emptyQueue(0));
}

const arrive = (now: number, name: string, more?: Partial<Notification>) =>
  ({ do: "arrive", now, notification: notification(name, more) }) as const;

const names = (queue: ToastQueue) => shown(queue).map(({ title }) => title);

Deno.test("[T4] info and success stay 6 s, a warning 10 s, high and critical until dismissed", () => {
  const last = (severity: Notification["severity"]) =>
    durationMs({ severity, title: "x", body: "" }, 1);
  assertEquals(
    [last("info"), last("success"), last("medium"), last("high")],
    [6_000, 6_000, 10_000, Infinity],
  );
  assertEquals(last("critical"), Infinity);
});

Deno.test("[T4] a long text stays 50 ms a character and 2 s, and as much longer as the user sets", () => {
  const toast = {
    severity: "info",
    title: "t".repeat(100),
    body: "b".repeat(100),
  } as const;
  assertEquals(durationMs(toast, 1), 12_000);
  assertEquals(durationMs(toast, 3), 36_000);
  assertEquals(durationMs(toast, 10), 120_000);
  assertEquals(durationMs(toast, "never"), Infinity);
});

Deno.test("[T4] at most three are shown, the rest wait with their time unspent", () => {
  const queue = after(
    arrive(0, "a"),
    arrive(0, "b"),
    arrive(0, "c"),
    arrive(0, "d"),
  );
  assertEquals(names(queue), ["a", "b", "c"]);
  assertEquals(waiting(queue), 1);
  const later = reduce(queue, { do: "tick", now: 6_000 });
  assertEquals(names(later), ["d"]);
  assertEquals(nextEnd(later), 12_000);
});

Deno.test("[T4] on a phone one is shown, the most severe", () => {
  const queue = after(
    { do: "resize", capacity: 1, now: 0 },
    arrive(0, "a"),
    arrive(0, "b", { severity: "critical" }),
    arrive(0, "c", { severity: "high" }),
  );
  assertEquals(names(queue), ["b"]);
  assertEquals(queue.toasts.map(({ title }) => title), ["b", "c", "a"]);
});

Deno.test("[T4] equal ones are one toast, counted, with the newest words and its time anew", () => {
  const queue = after(
    arrive(0, "a"),
    arrive(5_000, "a", { key: "user:ana#2", title: "again" }),
  );
  const [toast] = queue.toasts;
  assertEquals(queue.toasts.length, 1);
  assertEquals(
    [toast.count, toast.title, toast.keys],
    [2, "again", ["user:ana#a", "user:ana#2"]],
  );
  assertEquals(nextEnd(queue), 11_000);
});

Deno.test("[T4] one entry that comes twice counts once", () => {
  assertEquals(after(arrive(0, "a"), arrive(1, "a")).toasts[0].count, 1);
});

Deno.test("[T4] repeated as critical it moves to the front; repeated as less it stays critical", () => {
  const more = { key: "user:ana#2", severity: "critical" } as const;
  const raised = after(
    arrive(0, "a"),
    arrive(0, "b"),
    arrive(0, "b", more),
  );
  assertEquals(names(raised), ["b", "a"]);
  const again = reduce(raised, arrive(1, "b", { key: "user:ana#3" }));
  assertEquals(again.toasts[0].severity, "critical");
  assertEquals(again.toasts[0].leftMs, Infinity);
});

Deno.test("[T4] time stands still while paused for any reason, and what is left is kept", () => {
  const queue = after(
    arrive(0, "a"),
    { do: "pause", reason: "hover", now: 1_000 },
    { do: "pause", reason: "offline", now: 2_000 },
    { do: "resume", reason: "hover", now: 60_000 },
  );
  assertEquals(nextEnd(queue), undefined);
  const back = reduce(queue, { do: "resume", reason: "offline", now: 90_000 });
  assertEquals(nextEnd(back), 95_000);
});

Deno.test("[T6] what was seen to elsewhere is forgotten once all of it was", () => {
  const queue = after(arrive(0, "a"), arrive(0, "a", { key: "user:ana#2" }));
  const half = reduce(queue, { do: "forget", keys: ["user:ana#a"], now: 1 });
  assertEquals(half.toasts.length, 1);
  const keys = ["user:ana#a", "user:ana#2"];
  assertEquals(reduce(half, { do: "forget", keys, now: 1 }).toasts, []);
});

const step = fc.oneof(
  fc.record({
    do: fc.constant("arrive" as const),
    name: fc.integer({ min: 1, max: 6 }),
    entry: fc.integer({ min: 1, max: 40 }),
    severity: fc.constantFrom(
      "critical" as const,
      "high" as const,
      "medium" as const,
      "info" as const,
    ),
  }),
  fc.record({ do: fc.constant("tick" as const) }),
  fc.record({
    do: fc.constantFrom("pause" as const, "resume" as const),
    reason: fc.constantFrom("hover" as const, "hidden" as const),
  }),
  fc.record({
    do: fc.constant("dismiss" as const),
    dedupeKey: fc.constantFrom("1", "2", "3"),
  }),
  fc.record({
    do: fc.constant("resize" as const),
    capacity: fc.constantFrom(1, 3),
  }),
  fc.record({
    do: fc.constant("pace" as const),
    pace: fc.constantFrom(1 as const, 3 as const, "never" as const),
  }),
);
const schedule = fc.array(
  fc.record({ step, waitMs: fc.integer({ min: 0, max: 7_000 }) }),
  { maxLength: 40 },
);
type Schedule = readonly {
  readonly step: typeof step extends fc.Arbitrary<infer Step> ? Step : never;
  readonly waitMs: number;
}[];

function actionsOf(schedule: Schedule): ToastAction[] {
  let now = 0;
  return schedule.map(({ step, waitMs }) => {
    now += waitMs;
    if (step.do !== "arrive") return { ...step, now };
    const { name, entry, severity } = step;
    const key = `user:ana#${entry}`;
    return arrive(now, String(name), { key, severity });
  });
}

Deno.test("[T4] whatever happens: no two toasts are equal, none has run out, the severe come first", () => {
  fc.assert(fc.property(schedule, (schedule) => {
    actionsOf(schedule).reduce((before, action) => {
      const queue = reduce(before, action);
      const { toasts, capacity } = queue;
      assert(shown(queue).length <= capacity);
      assertEquals(shown(queue).length + waiting(queue), toasts.length);
      assertEquals(
        new Set(toasts.map((one) => one.dedupeKey)).size,
        toasts.length,
      );
      assert(toasts.every(({ leftMs }) => leftMs > 0));
      const ranks = toasts.map(({ severity }) =>
        ["critical", "high"].indexOf(severity) < 0
          ? 2
          : ["critical", "high"].indexOf(severity)
      );
      assertEquals(ranks, ranks.toSorted());
      return queue;
    }, emptyQueue(0));
  }));
});

Deno.test("[T4] what stays goes only when it is dismissed", () => {
  fc.assert(fc.property(schedule, (schedule) => {
    actionsOf(schedule).reduce((before, action) => {
      const queue = reduce(before, action);
      const dismissed = action.do === "dismiss" ? action.dedupeKey : undefined;
      const staying = before.toasts.filter(({ sticky, dedupeKey }) =>
        sticky && dedupeKey !== dismissed
      ).map(({ dedupeKey }) => dedupeKey);
      const left = queue.toasts.map(({ dedupeKey }) => dedupeKey);
      assert(staying.every((name) => left.includes(name)));
      return queue;
    }, emptyQueue(0));
  }));
});

Deno.test("[T4] looking often or seldom makes no difference", () => {
  fc.assert(
    fc.property(schedule, fc.integer({ min: 1, max: 5 }), (s, parts) => {
      const actions = actionsOf(s);
      const often = actions.reduce((queue, action) => {
        let current = queue;
        for (let part = 1; part < parts; part++) {
          const stepMs = Math.floor((action.now - queue.at) * part / parts);
          current = reduce(current, { do: "tick", now: queue.at + stepMs });
        }
        return reduce(current, action);
      }, emptyQueue(0));
      assertEquals(often, actions.reduce(reduce, emptyQueue(0)));
    }),
  );
});

Deno.test("[T4] while it is paused no time is lost", () => {
  fc.assert(fc.property(schedule, fc.integer({ min: 1 }), (schedule, ms) => {
    const queue = actionsOf(schedule).reduce(reduce, emptyQueue(0));
    const paused = reduce(queue, {
      do: "pause",
      reason: "offline",
      now: queue.at,
    });
    const later = reduce(paused, { do: "tick", now: queue.at + ms });
    assertEquals(later.toasts, queue.toasts);
  }));
});

Deno.test("[T4] a storm keeps the toasts bounded, and those that stay first", () => {
  const storm = Array.from(
    { length: 200 },
    (_, n) => arrive(0, `n${n}`, { severity: n % 20 === 0 ? "high" : "info" }),
  );
  const queue = after(...storm);
  assertEquals(queue.toasts.length, MAX_TOASTS);
  assertEquals(queue.toasts.filter(({ sticky }) => sticky).length, 10);
});
