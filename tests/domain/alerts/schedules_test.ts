/** Any schedule of what people and deadlines do: rows follow the state, a rebuild and a replay agree. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { evolve, initial } from "../../../domain/alerts/alert.ts";
import { alertJson } from "../../../domain/alerts/alert_json.ts";
import { createAlertIndexer } from "../../../domain/alerts/view.ts";
import { isProperJson } from "../../../realtime/json.ts";
import { ADA, BEN, FAY, Live, MIA, OLI } from "./fixture.ts";

const WHO = fc.constantFrom(FAY, MIA, BEN, OLI, ADA);
const STEPS = fc.array(
  fc.record({
    who: WHO,
    act: fc.constantFrom(
      "raise",
      "acknowledge",
      "assign",
      "snooze",
      "note",
      "resolve",
      "due",
    ),
    /** Also how far ahead a snooze or a deadline lies. */
    passes: fc.integer({ min: 0, max: 3_000 }),
    within: fc.option(fc.integer({ min: 1, max: 3_000 })),
  }),
  { maxLength: 25 },
);
type Step = typeof STEPS extends fc.Arbitrary<readonly (infer One)[]> ? One
  : never;

function take(live: Live, { who, act, passes, within }: Step): void {
  switch (act) {
    case "raise":
      live.raise({ acknowledgeWithinMs: within }, who);
      break;
    case "assign":
      live.assign(within === null ? null : "mia", who);
      break;
    case "snooze":
      live.snooze(live.now + passes, who);
      break;
    case "note":
      live.note(`${passes}`, who);
      break;
    case "acknowledge":
    case "resolve":
      live[act](who);
      break;
    case "due":
      live.now += passes;
      live.escalate();
      live.wake();
  }
}

const property = (name: string, claim: (live: Live) => void) =>
  Deno.test(name, () => {
    fc.assert(fc.property(STEPS, fc.boolean(), (steps, inSession) => {
      const live = new Live({ inSession });
      for (const step of steps) {
        take(live, step);
        claim(live);
      }
    }));
  });

property(
  "[AL5] a row falls due exactly as long as its command would do something at its time",
  (live) => {
    const rows = new Map(live.due);
    if (live.state.status === "none") return assertEquals(rows.size, 0);
    const { alert } = live;
    const waits = alert.status !== "resolved" &&
      alert.acknowledgedAt === null &&
      alert.escalatedAt === null;
    assertEquals(
      rows.get("escalate") ?? null,
      waits ? alert.acknowledgeBy : null,
    );
    assertEquals(
      rows.get("wake") ?? null,
      alert.status === "snoozed" ? alert.snoozedUntil : null,
    );
  },
);

property(
  "[AL1] resolved alerts stand in one list, all others in the other, all in the third",
  (live) => {
    if (live.state.status === "none") return;
    const isOver = live.alert.status === "resolved";
    assertEquals(live.rows.has("active_alerts a1"), !isOver);
    assertEquals(live.rows.has("resolved_alerts a1"), isOver);
    const { notes: _, ...row } = alertJson(live.alert);
    assertEquals(live.rows.get("alerts a1")?.data, row);
  },
);

property(
  "[L5] a rebuild from the log makes the same rows, and a replay the same alert",
  (live) => {
    const rowsOf = createAlertIndexer();
    const rebuilt = new Map<string, unknown>();
    for (const event of live.events) {
      assertEquals(rowsOf(event, "session"), []);
      for (const row of rowsOf(event, "alert:a1")) {
        const name = `${row.view} ${row.key}`;
        if (row.data === null) rebuilt.delete(name);
        else rebuilt.set(name, row);
      }
    }
    assertEquals(rebuilt, new Map(live.rows));
    assertEquals(live.events.reduce(evolve, initial()), live.state);
  },
);

property(
  "[AL2] its count is that of its reports since it was last raised",
  (live) => {
    if (live.state.status === "none") return;
    const names = live.events.map(({ body }) => body?.event);
    const since = names.slice(names.lastIndexOf("alert_raised"));
    const repeated = since.filter((name) => name === "alert_repeated").length;
    assertEquals(live.alert.count, 1 + repeated);
    assertEquals(
      live.alert.raisings,
      names.filter((name) => name === "alert_raised").length,
    );
    assert(live.alert.lastAt >= live.alert.raisedAt);
  },
);

Deno.test("[AL10] whatever is stored, folding it gives an alert that can be shown", () => {
  const event = fc.constantFrom(
    "alert_raised",
    "alert_repeated",
    "alert_acknowledged",
    "alert_assigned",
    "alert_snoozed",
    "alert_woken",
    "alert_escalated",
    "alert_noted",
    "alert_resolved",
    "alert_of_another_build",
  );
  const fields = fc.dictionary(
    fc.constantFrom(
      "severity",
      "title",
      "body",
      "count",
      "until",
      "acknowledgeBy",
      "assignee",
      "text",
      "userId",
      "name",
      "sessionId",
      "dismissed",
    ),
    fc.jsonValue(),
  );
  const alertId = fc.constantFrom<unknown>("a1", "a2", 7, null);
  const body = fc.tuple(fields, event, alertId).map(
    ([more, event, alertId]) =>
      JSON.parse(JSON.stringify({ ...more, event, alertId })),
  );
  fc.assert(fc.property(fc.array(fc.option(body), { maxLength: 12 }), (all) => {
    let state = initial();
    all.forEach((body, n) => {
      state = evolve(state, {
        type: "ALERT",
        v: 1,
        body,
        channel: "alerts",
        offset: n + 1,
        at: n,
        sender: null,
      });
    });
    if (state.status === "none") return;
    const shown = alertJson(state);
    assert(isProperJson(shown));
    for (const at of [state.snoozedUntil, state.acknowledgeBy]) {
      if (at !== null) new Date(at).toISOString();
    }
  }));
});

Deno.test("[AL10] entries of another type, version or alert change nothing", () => {
  const live = new Live();
  live.raise();
  const [raised] = live.events;
  const same = (more: object) => evolve(live.state, { ...raised, ...more });
  assertEquals(same({ type: "DIRECT_MESSAGE" }), live.state);
  assertEquals(same({ v: 2 }), live.state);
  assertEquals(same({ body: null }), live.state);
  assertEquals(
    same({ body: { event: "alert_resolved", alertId: "a2" } }),
    live.state,
  );
});
