/** One toast per person: which tab shows, whatever tabs come, go, hide or die. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  GONE_AFTER_MS,
  NotificationTabs,
  type TabWire,
} from "../../islands/notification_tabs.ts";

/** Wires of one browser: what one posts the others hear, unless they have died. */
class Browser {
  now = 1_000;
  readonly wires = new Set<TabWire>();

  open(name: string) {
    const gone: string[] = [];
    const wire: TabWire = {
      onmessage: null,
      postMessage: (data) => {
        if (!this.wires.has(wire)) return;
        for (const other of [...this.wires]) {
          if (other !== wire) {
            other.onmessage?.(new MessageEvent("message", { data }));
          }
        }
      },
      close: () => this.wires.delete(wire),
    };
    this.wires.add(wire);
    const tabs = new NotificationTabs({
      wire,
      tab: name,
      now: () => this.now,
      changed: () => {},
      gone: (keys) => gone.push(...keys),
    });
    return { name, tabs, gone, die: () => this.wires.delete(wire) };
  }
}

Deno.test("[T6] a tab alone shows", () => {
  const { tabs } = new Browser().open("a");
  tabs.look(true, true);
  assertEquals(tabs.showing, true);
});

Deno.test("[T6] without a way to hear each other every tab shows its own", () => {
  const tabs = new NotificationTabs({
    wire: undefined,
    tab: "a",
    now: () => 0,
    changed: () => {},
    gone: () => {},
  });
  tabs.look(false, false);
  assertEquals(tabs.showing, true);
});

Deno.test("[T6] of two visible tabs the one looked at last shows", () => {
  const browser = new Browser();
  const [a, b] = [browser.open("a"), browser.open("b")];
  a.tabs.look(true, true);
  browser.now++;
  b.tabs.look(true, true);
  assertEquals([a.tabs.showing, b.tabs.showing], [false, true]);
  browser.now++;
  a.tabs.look(true, true);
  assertEquals([a.tabs.showing, b.tabs.showing], [true, false]);
});

Deno.test("[T6] a visible tab shows before a hidden one that was looked at later", () => {
  const browser = new Browser();
  const [a, b] = [browser.open("a"), browser.open("b")];
  a.tabs.look(true, true);
  browser.now++;
  b.tabs.look(true, true);
  b.tabs.look(false, false);
  assertEquals([a.tabs.showing, b.tabs.showing], [true, false]);
});

Deno.test("[T6] a tab that opens later learns of the others", () => {
  const browser = new Browser();
  const a = browser.open("a");
  a.tabs.look(true, true);
  const b = browser.open("b");
  b.tabs.look(false, false);
  assertEquals([a.tabs.showing, b.tabs.showing], [true, false]);
});

Deno.test("[T6] when the showing tab closes another takes over at once; when it dies, in time", () => {
  const browser = new Browser();
  const [a, b, c] = ["a", "b", "c"].map((name) => browser.open(name));
  for (const { tabs } of [a, b, c]) {
    browser.now++;
    tabs.look(true, true);
  }
  c.tabs.close();
  assertEquals([a.tabs.showing, b.tabs.showing], [false, true]);
  b.die();
  browser.now += GONE_AFTER_MS + 1;
  a.tabs.tick();
  assertEquals(a.tabs.showing, true);
});

Deno.test("[T6] what one tab has seen to, the others are told", () => {
  const browser = new Browser();
  const [a, b] = [browser.open("a"), browser.open("b")];
  a.tabs.seenTo(["user:ana#1"]);
  assertEquals([a.gone, b.gone], [[], ["user:ana#1"]]);
});

Deno.test("[T6] whatever happens to living tabs, exactly one of them shows", () => {
  const names = ["a", "b", "c", "d"];
  const happening = fc.record({
    name: fc.constantFrom(...names),
    what: fc.constantFrom("open", "close", "look", "hide", "show", "tick"),
    waitMs: fc.integer({ min: 0, max: 5_000 }),
  });
  fc.assert(fc.property(
    fc.array(happening, { maxLength: 40 }),
    (happenings) => {
      const browser = new Browser();
      const open = new Map<string, ReturnType<Browser["open"]>>();
      for (const { name, what, waitMs } of happenings) {
        browser.now += waitMs;
        const tab = open.get(name);
        if (what === "open" && !tab) {
          const opened = browser.open(name);
          open.set(name, opened);
          opened.tabs.look(true, true);
        } else if (what === "close") {
          tab?.tabs.close();
          open.delete(name);
        } else if (what === "look") tab?.tabs.look(true, true);
        else if (what === "hide") tab?.tabs.look(false, false);
        else if (what === "show") tab?.tabs.look(true, false);
        // Living tabs are heard of: each ticks far more often than it would be given up.
        for (const { tabs } of open.values()) tabs.tick();
        for (const { tabs } of open.values()) tabs.tick();
        const showing = [...open.values()].filter(({ tabs }) => tabs.showing);
        assert(open.size === 0 || showing.length === 1);
      }
    },
  ));
});
