/** Saved views of the list of alerts: kept under names, bounded, and read defensively. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  type AlertChoice,
  ALL_ACTIVE,
  readChoice,
} from "../../../domain/alerts/alert_choice.ts";
import {
  decide,
  evolve,
  initial,
  MAX_SAVED_VIEWS,
  type SavedViewCommand,
  type SavedViews,
} from "../../../domain/alerts/saved_views.ts";
import { Refusal } from "../../../domain/refusal.ts";

/** The views of one person, live. */
class Live {
  views: SavedViews = initial();
  #ids = 0;

  run(command: SavedViewCommand): readonly string[] {
    const events = decide(this.views, command, {
      newId: () => `v${++this.#ids}`,
    });
    for (const event of events) this.take(event.body, event);
    return events.map(({ body }) => body.event);
  }

  take(body: Parameters<typeof evolve>[1]["body"], { v = 1 } = {}): void {
    this.views = evolve(this.views, {
      type: "INBOX_UPDATE",
      v,
      body,
      channel: "user:ana",
      offset: 1,
      at: 1_000,
      sender: "ana",
    });
  }

  save(name: string, choice: Partial<AlertChoice> = {}, isDefault = false) {
    return this.run({
      command: "save_alert_view",
      name,
      choice: { ...ALL_ACTIVE, ...choice },
      isDefault,
    });
  }

  get names(): readonly string[] {
    return this.views.map(({ name, isDefault }) =>
      isDefault ? `${name}*` : name
    );
  }
}

const URGENT = { show: "mine", severities: ["critical", "high"] } as const;

Deno.test("[AL18] a view keeps what the list shows, and saving it again is nothing", () => {
  const live = new Live();
  assertEquals(live.save("Mine, critical and high", URGENT), [
    "alert_view_saved",
  ]);
  assertEquals(live.save("Mine, critical and high", URGENT), []);
  assertEquals(live.views, [{
    viewId: "v1",
    name: "Mine, critical and high",
    choice: { ...ALL_ACTIVE, ...URGENT },
    isDefault: false,
  }]);
});

Deno.test("[AL18] a name is taken once: saved again, it shows what is chosen now", () => {
  const live = new Live();
  live.save("Urgent", URGENT);
  live.save("Other");
  live.save("URGENT", { since: "day", by: "source" });
  assertEquals(live.names, ["URGENT", "Other"]);
  assertEquals(live.views[0].choice, {
    ...ALL_ACTIVE,
    since: "day",
    by: "source",
  });
  assertEquals(live.views[0].viewId, "v1");
});

Deno.test("[AL18] one view at most is shown at first", () => {
  const live = new Live();
  live.save("a", {}, true);
  live.save("b", URGENT, true);
  assertEquals(live.names, ["a", "b*"]);
  live.save("b", URGENT, false);
  assertEquals(live.names, ["a", "b"]);
});

Deno.test("[AL18] twenty are kept; another is refused until one is removed", () => {
  const live = new Live();
  for (let n = 0; n < MAX_SAVED_VIEWS; n++) live.save(`view ${n}`);
  assertThrows(
    () => live.save("one more"),
    Refusal,
    "remove one of yours before",
  );
  assertEquals(live.save("view 0", URGENT), ["alert_view_saved"]);
  live.run({ command: "remove_alert_view", viewId: "v1" });
  assertEquals(live.run({ command: "remove_alert_view", viewId: "v1" }), []);
  assertEquals(live.save("one more"), ["alert_view_saved"]);
  assertEquals(live.names.length, MAX_SAVED_VIEWS);
});

Deno.test("[AL18] an erased, unknown or malformed entry changes nothing that can be shown", () => {
  const live = new Live();
  live.save("a");
  const before = live.views;
  live.take(null);
  live.take({ event: "alert_view_saved", viewId: 3 });
  live.take({ event: "alert_view_hidden", viewId: "v1" });
  live.take({ event: "alert_view_removed", viewId: "v1" }, { v: 2 });
  assertEquals(live.views, before);
  assertEquals(
    readChoice({ show: 3, severities: ["high", 4, "critical"], since: "year" }),
    { ...ALL_ACTIVE, severities: ["critical", "high"] },
  );
});
