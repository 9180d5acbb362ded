/** The list in the browser: entries folded in their place, keys, acts as commands, what is refused. */
import { assertEquals } from "@std/assert";
import {
  type AlertChoice,
  ALL_ACTIVE,
} from "../../domain/alerts/alert_choice.ts";
import { commandFor, refusalWords } from "../../islands/alert_acts.ts";
import { press } from "../../islands/alert_keys.ts";
import { take } from "../../islands/alert_live.ts";
import { type AlertModel, createAlerts } from "../../islands/alert_model.ts";
import { type AlertRow, packRow, unpackRow } from "../../islands/alert_row.ts";
import { span, stateLook, timeLeft } from "../../islands/alert_words.ts";

const ANA = { userId: "ana", name: "Ana" };

function row(alertId: string, more: Partial<AlertRow> = {}): AlertRow {
  return unpackRow({ alertId, title: alertId, lastAt: 10, offset: 5, ...more });
}

function list(
  rows: readonly AlertRow[],
  choice: Partial<AlertChoice> = {},
): AlertModel {
  return createAlerts({
    rows,
    choice: { ...ALL_ACTIVE, ...choice },
    page: 1,
    opened: null,
    picked: [],
    asked: null,
    reader: { ...ANA, mayAct: true, mayLead: false },
    positions: [],
    now: 1_000,
    zone: "UTC",
    messageId: "m",
  });
}

const ids = ({ rows }: AlertModel) => rows.value.map(({ alertId }) => alertId);

function told(offset: number, event: string, payload: object) {
  const channel = "alerts";
  return {
    type: "ALERT",
    channel,
    offset,
    at: 99,
    payload: { event, ...payload },
  };
}

Deno.test("[AL16] a new alert comes into its place; one that the list does not show does not", () => {
  const model = list([row("a", { severity: "high" }), row("b")]);
  const raised = (offset: number, alertId: string, severity: string) =>
    take(
      model,
      told(offset, "alert_raised", { alertId, severity, title: "T" }),
    );
  raised(6, "urgent", "critical");
  raised(7, "third", "medium");
  assertEquals(ids(model), ["urgent", "a", "third", "b"]);
  assertEquals([...model.fresh.value], ["urgent", "third"]);
  const mine = list([], { show: "mine" });
  take(mine, told(6, "alert_raised", { alertId: "c", severity: "low" }));
  assertEquals(ids(mine), []);
});

Deno.test("[AL16] what happens to a row changes it where it stands, once", () => {
  const model = list([row("a"), row("b")]);
  const by = { alertId: "b", userId: "ben", name: "Ben" };
  take(model, told(6, "alert_resolved", { ...by, dismissed: true }));
  assertEquals(ids(model), ["a", "b"]);
  assertEquals(stateLook(model.rows.value[1]).word, "Dismissed");
  // Read with the page already: it comes again after a reconnect.
  take(model, told(5, "alert_woken", { alertId: "b" }));
  assertEquals(model.rows.value[1].status, "resolved");
});

Deno.test("[AL16] an entry of another alert, or of none, changes nothing", () => {
  const model = list([row("a")]);
  take(model, told(6, "alert_acknowledged", { alertId: "z", name: "Ben" }));
  take(model, told(7, "alert_acknowledged", {}));
  assertEquals(model.rows.value, [row("a")]);
});

Deno.test("[AL16] a note on the open row joins those that were read", () => {
  const model = list([row("a")]);
  const first = { userId: "ben", name: "Ben", text: "One", at: 1 };
  model.opened.value = { alertId: "a", body: "", notes: [first] };
  take(
    model,
    told(6, "alert_noted", { alertId: "a", ...ANA, text: "Two" }),
  );
  assertEquals(
    model.opened.value?.notes.map(({ text }) => text),
    ["One", "Two"],
  );
  assertEquals(model.rows.value[0].noteCount, 1);
});

Deno.test("[AL14] j and k move over those that still belong, and stop at the ends", () => {
  const model = list([row("a"), row("b", { status: "resolved" }), row("c")]);
  const after = (key: string) => {
    press(model, key);
    return model.at.value;
  };
  assertEquals(
    ["j", "j", "j", "k", "k"].map(after),
    ["a", "c", "c", "a", "a"],
  );
});

Deno.test("[AL14] keys move in the order of the groups, as they stand", () => {
  const model = list([
    row("a", { source: "x" }),
    row("b", { source: "y" }),
    row("c", { source: "x" }),
  ], { by: "source" });
  const seen = ["j", "j", "j"].map((key) => {
    press(model, key);
    return model.at.value;
  });
  assertEquals(seen, ["a", "c", "b"]);
});

Deno.test("[AL14] a key acts on those selected, else on the one at hand; Escape backs out", () => {
  const model = list([row("a"), row("b")]);
  const acts: unknown[] = [];
  model.act.value = (act, ids) => acts.push([act, ...ids]);
  press(model, "a");
  press(model, "j");
  press(model, "s");
  press(model, "x");
  press(model, "j");
  press(model, "x");
  press(model, "r");
  assertEquals(acts, [["acknowledge"], ["hour", "a"], ["resolve", "a", "b"]]);
  press(model, "Escape");
  assertEquals(model.picked.value.size, 0);
  assertEquals(press(model, "q"), false);
});

Deno.test("[AL6] keys do nothing for who may only read, but move and open", () => {
  const model = list([row("a")]);
  const opened: string[] = [];
  const reader = {
    ...model,
    state: {
      ...model.state,
      reader: { ...ANA, mayAct: false, mayLead: false },
    },
  };
  reader.open.value = (id) => opened.push(id);
  press(reader, "j");
  assertEquals([press(reader, "a"), press(reader, "x")], [false, false]);
  press(reader, "o");
  assertEquals(opened, ["a"]);
});

Deno.test("[AL14] an act names its session, and says nothing where nothing was written", () => {
  const acting = { user: ANA, now: 1_000, tomorrow: 9_000, text: " " };
  const of = { alertId: "a", sessionId: "s1" };
  assertEquals(commandFor("dismiss", of, acting), {
    command: "resolve_alert",
    input: { alertId: "a", sessionId: "s1", dismissed: true },
  });
  assertEquals(commandFor("hour", { ...of, sessionId: null }, acting), {
    command: "snooze_alert",
    input: { alertId: "a", until: 3_601_000 },
  });
});

Deno.test("[AL14] of several acts those that were refused are named, of many the first", () => {
  const refused = ["a", "b", "c", "d", "e"].map((alertId) => ({
    alertId,
    title: `Alert ${alertId}`,
    message: "No",
  }));
  assertEquals(refusalWords([], 2), "");
  assertEquals(refusalWords(refused.slice(0, 1), 1), "No");
  assertEquals(refusalWords(refused.slice(0, 2), 5), "No: Alert a; Alert b");
  assertEquals(
    refusalWords(refused, 5),
    "No: Alert a; Alert b; Alert c and 2 more",
  );
});

Deno.test("[AL13] a packed row is the same row again, but for its words", () => {
  const full = row("a", {
    body: "Words",
    assignee: ANA,
    raisedAt: 3,
    changedAt: 11,
    count: 4,
    dismissed: true,
  });
  assertEquals(unpackRow(packRow(full)), { ...full, body: "" });
  assertEquals(
    packRow(row("b")),
    { alertId: "b", title: "b", lastAt: 10, offset: 5 },
  );
});

Deno.test("[AL13] ages and what is left are as coarse as one can act on", () => {
  const minute = 60_000;
  assertEquals(
    [0, minute, 59 * minute, 60 * minute, 47 * 60 * minute, 48 * 60 * minute]
      .map(span),
    ["<1 min", "1 min", "59 min", "1 h", "47 h", "2 d"],
  );
  const waits = row("a", { acknowledgeBy: 10 * minute });
  assertEquals(timeLeft(waits, 0), { words: "10 min left", late: false });
  assertEquals(timeLeft(waits, 12 * minute), {
    words: "2 min late",
    late: true,
  });
  assertEquals(timeLeft({ ...waits, acknowledgedAt: 5 }, 0), undefined);
});
