/** Tabs of one user over one socket: who leads, what is carried, what a take-over loses: nothing. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Browser } from "./fake_tabs.ts";

function offsetsTo(last: number): number[] {
  return Array.from({ length: last }, (_, n) => n + 1);
}

Deno.test("[I7] three tabs of one user open one socket and all hear", async () => {
  const browser = new Browser();
  const pages = [browser.open(), browser.open(), browser.open()];
  await browser.pass(100);
  browser.server.publish("session:a", "one");
  await browser.pass(50);
  assertEquals(browser.server.connections.length, 1);
  assertEquals(browser.leaders.length, 1);
  assertEquals(pages.map(({ seen }) => seen), [[1], [1], [1]]);
  assertEquals(pages.map(({ client }) => client.view().state), [
    "live",
    "live",
    "live",
  ]);
  browser.end();
});

Deno.test("[I7] when the leader closes another tab is live in under a second", async () => {
  const browser = new Browser();
  const [first, second, third] = [
    browser.open(),
    browser.open(),
    browser.open(),
  ];
  await browser.pass(1_000);
  first!.close();
  browser.server.cut();
  browser.server.publish("session:a", "missed");
  await browser.pass(950);
  assertEquals(browser.leaders.length, 1);
  assertEquals(second!.client.view().state, "live");
  assertEquals(third!.client.view().state, "live");
  assertEquals([second!.seen, third!.seen], [[1], [1]]);
  browser.end();
});

Deno.test("[I7] when the leader freezes another tab is live in under a second", async () => {
  const browser = new Browser();
  const [first, second, third] = [
    browser.open(),
    browser.open(),
    browser.open(),
  ];
  await browser.pass(1_000);
  assert(first!.tabs.leading);
  first!.freeze();
  browser.server.publish("session:a", "missed");
  await browser.pass(950);
  assertEquals(browser.leaders.length, 1);
  assertEquals([second!.seen, third!.seen], [[1], [1]]);
  browser.end();
});

Deno.test("[I7] a leader that wakes up follows, and its old socket is closed", async () => {
  const browser = new Browser();
  const [first, second] = [browser.open(), browser.open()];
  await browser.pass(1_000);
  first!.freeze();
  await browser.pass(5_000);
  browser.server.publish("session:a", "one");
  first!.wake();
  await browser.pass(1_000);
  browser.server.publish("session:a", "two");
  await browser.pass(100);
  assertEquals(browser.leaders, [second!]);
  assertEquals(browser.server.live.length, 1);
  assertEquals([first!.seen, second!.seen], [[1, 2], [1, 2]]);
  browser.end();
});

Deno.test("[I7] a follower that was frozen takes nothing from a leader that lives", async () => {
  const browser = new Browser();
  const [first, second] = [browser.open(), browser.open()];
  await browser.pass(1_000);
  second!.freeze();
  await browser.pass(60_000);
  second!.wake();
  await browser.pass(5_000);
  assertEquals(browser.leaders, [first!]);
  assertEquals(browser.server.connections.length, 1);
  browser.end();
});

Deno.test("[I7] a quiet leader keeps the lead", async () => {
  const browser = new Browser();
  const first = browser.open();
  browser.open();
  await browser.pass(1_000);
  await browser.pass(120_000);
  assertEquals(browser.leaders, [first]);
  assertEquals(browser.server.connections.length, 1);
  browser.end();
});

Deno.test("[P23] another user's tab shares neither the socket nor the lead", async () => {
  const browser = new Browser();
  const [mira, jonas] = [browser.open(), browser.open({ userId: "jonas" })];
  await browser.pass(1_000);
  assertEquals(browser.server.connections.length, 2);
  assertEquals(browser.leaders, [mira!, jonas!]);
  browser.end();
});

Deno.test("[P23] a page of one user takes no connection of another who signed in since", async () => {
  const browser = new Browser();
  const page = browser.open({ signedInAs: "jonas" });
  page.client.command("post_message", { text: "mine" }).catch(() => {});
  await browser.pass(60_000);
  assertEquals(page.client.view().deniedBy, "signed_out");
  assertEquals(browser.server.received, []);
  assertEquals(page.client.view().queued, 1);
  browser.end();
});

Deno.test("[P11] a tab that joins with an older position gets what it misses, the others nothing twice", async () => {
  const browser = new Browser();
  const first = browser.open();
  await browser.pass(100);
  for (const text of ["one", "two", "three"]) {
    browser.server.publish("session:a", text);
  }
  await browser.pass(50);
  const second = browser.open({ since: 1 });
  await browser.pass(100);
  assertEquals([first.seen, second.seen], [[1, 2, 3], [2, 3]]);
  browser.end();
});

Deno.test("[P11] the last tab that leaves a channel unsubscribes, not the first", async () => {
  const browser = new Browser();
  const [first, second] = [browser.open(), browser.open()];
  first!.client.subscribe("alerts");
  second!.client.subscribe("alerts");
  await browser.pass(100);
  const left = () =>
    browser.server.received.filter(({ type }) => type === "UNSUBSCRIBE").length;
  first!.client.unsubscribe("alerts");
  await browser.pass(50);
  assertEquals(left(), 0);
  second!.client.unsubscribe("alerts");
  await browser.pass(50);
  assertEquals(left(), 1);
  browser.end();
});

Deno.test("[I8] a tab that vanishes leaves its channels", async () => {
  const browser = new Browser();
  browser.open();
  const second = browser.open();
  second.client.subscribe("alerts");
  await browser.pass(100);
  assert(browser.server.live[0]!.subscribed.has("alerts"));
  second.close();
  await browser.pass(50);
  assert(!browser.server.live[0]!.subscribed.has("alerts"));
  browser.end();
});

Deno.test("[P15] a socket dead after a sleep is found by all tabs within 3 s", async () => {
  const browser = new Browser();
  const pages = [browser.open(), browser.open()];
  await browser.pass(1_000);
  browser.server.stall();
  browser.clock.advance(0);
  for (const { client } of pages) client.setOnline(true);
  await browser.pass(3_500);
  browser.server.publish("session:a", "after");
  await browser.pass(100);
  assertEquals(pages.map(({ seen }) => seen), [[1], [1]]);
  assertEquals(browser.server.live.length, 1);
  browser.end();
});

Deno.test("[P23] a message of a tab that follows is sent by the leader and answered to its tab", async () => {
  const browser = new Browser();
  const [, second] = [browser.open(), browser.open()];
  await browser.pass(100);
  const sent = second!.client.command("post_message", { text: "hello" }, "m-1");
  await browser.pass(100);
  assertEquals((await sent).positions[0]?.offset, 1);
  assertEquals(
    browser.server.received.filter(({ type }) => type === "COMMAND").length,
    1,
  );
  assertEquals(second!.client.view().queued, 0);
  browser.end();
});

Deno.test("[I10] a leader's late close never touches the connection of the next", async () => {
  const browser = new Browser();
  const [first, second] = [browser.open(), browser.open()];
  await browser.pass(1_000);
  const stale = browser.server.connections[0]!;
  first!.freeze();
  await browser.pass(2_000);
  const { connectionId } = second!.client.view();
  stale.events.closed(4501, "");
  first!.wake();
  stale.events.closed(4501, "");
  await browser.pass(100);
  assertEquals(second!.client.view().connectionId, connectionId);
  assertEquals(second!.client.view().state, "live");
  browser.end();
});

const STEPS = [
  "open",
  "close",
  "freeze",
  "wake",
  "publish",
  "send",
  "cut",
  "stall",
  "disconnect",
  "connect",
  "moment",
  "second",
  "minute",
] as const;

Deno.test("[I7] any schedule ends with one leader, whole logs and every message once", async () => {
  const step = fc.record({
    what: fc.constantFrom(...STEPS),
    who: fc.nat(4),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const browser = new Browser();
      const sent: string[] = [];
      browser.open();
      for (const [n, { what, who }] of steps.entries()) {
        const page = browser.pages[who % browser.pages.length]!;
        if (what === "open" && browser.pages.length < 6) browser.open();
        else if (what === "close") page.close();
        else if (what === "freeze") page.freeze();
        else if (what === "wake") page.wake();
        else if (what === "publish") {
          browser.server.publish("session:a", `p${n}`);
        } else if (what === "cut") browser.server.cut();
        else if (what === "stall") browser.server.stall();
        else if (what === "second") await browser.pass(1_000);
        else if (what === "minute") await browser.pass(12_000);
        else if (what === "moment") await browser.pass(50);
        else if (page.state === "running") {
          if (what === "disconnect") page.client.disconnect();
          else if (what === "connect") page.client.connect();
          else {
            sent.push(`s${n}`);
            page.client.command("post_message", { text: `s${n}` }, `s${n}`)
              .catch(() => {});
          }
        }
      }
      for (const page of browser.pages) page.wake();
      if (browser.pages.every(({ state }) => state === "closed")) {
        browser.open();
      }
      for (const page of browser.pages) {
        if (page.state === "running") page.client.connect();
      }
      await browser.pass(60_000);
      const living = browser.pages.filter(({ state }) => state === "running");
      assertEquals(browser.leaders.length, 1);
      const log = browser.server.log("session:a");
      for (const { seen } of living) assertEquals(seen, offsetsTo(log.length));
      assertEquals(
        log.map(({ text }) => text).filter((text) => text.startsWith("s")),
        sent,
      );
      browser.end();
    }),
    { numRuns: 1_000 },
  );
});
