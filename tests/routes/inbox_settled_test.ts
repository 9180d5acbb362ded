/** What a person has done is not asked of them once more: votes and alerts in the inbox. */
import { assertEquals } from "@std/assert";
import { inboxSummary, readInbox } from "../../routes/inbox.ts";
import {
  alertHouse,
  ANA,
  BEN,
  FAY,
  type Someone,
  START,
} from "./alert_house.ts";

async function unread(
  f: ReturnType<typeof alertHouse>,
  user: Someone,
): Promise<readonly string[]> {
  const { items } = await readInbox(f, user, { limit: 20, unreadOnly: true });
  const { unread, sticky } = await inboxSummary(f, user);
  assertEquals(unread, items.length);
  assertEquals(sticky.every((one) => one.unread), true);
  return items.map(({ title }) => title);
}

Deno.test("[T3] the alert one acknowledged is acknowledged in one's inbox, and in nobody else's", async () => {
  using f = alertHouse();
  await f.raise("a");
  assertEquals(await unread(f, ANA), ["Alert a"]);
  f.pass(5_000);
  await f.run(ANA, "acknowledge_alert", { alertId: "a" });
  assertEquals(await unread(f, ANA), []);
  assertEquals(await unread(f, FAY), ["Alert a"]);
  const { items: [item] } = await readInbox(f, ANA, { limit: 1 });
  assertEquals([item.delivered, item.shown, item.acknowledged], [
    START + 5_000,
    START + 5_000,
    START + 5_000,
  ]);
});

Deno.test("[T4] an alert in another's hands stands on nobody's page, and stays unread in their inbox", async () => {
  using f = alertHouse();
  await f.raise("a", { severity: "critical" });
  const standing = async () =>
    (await inboxSummary(f, FAY)).sticky.map(({ title }) => title);
  assertEquals(await standing(), ["Alert a"]);
  await f.run(ANA, "acknowledge_alert", { alertId: "a" });
  assertEquals(await standing(), []);
  assertEquals(await unread(f, FAY), ["Alert a"]);
});

Deno.test("[T3] resolving settles it too; what is told after that is news again", async () => {
  using f = alertHouse();
  const raise = () =>
    f.raise("", { id: undefined, dedupeKey: "kx", title: "KX" });
  await raise();
  const { items: [row] } = await f.reading.list(FAY, { limit: 1 });
  const { alertId } = JSON.parse(JSON.stringify(row));
  f.pass(1_000);
  await f.run(ANA, "resolve_alert", { alertId });
  assertEquals(await unread(f, ANA), []);
  f.pass(1_000);
  await raise();
  assertEquals(await unread(f, ANA), ["KX"]);
});

Deno.test("[T3] an alert that was assigned is settled once it is acknowledged", async () => {
  using f = alertHouse();
  await f.openSession("s1", [{ userId: "ana" }]);
  const alert = { alertId: "a", sessionId: "s1" };
  await f.run(FAY, "raise_alert", {
    id: "a",
    severity: "high",
    title: "Inside",
    sessionId: "s1",
  });
  await f.run(FAY, "assign_alert", { ...alert, userId: "ana" });
  assertEquals(await unread(f, ANA), [
    "Alert assigned to you",
    "Added to a session",
  ]);
  await f.run(ANA, "acknowledge_alert", alert);
  assertEquals(await unread(f, ANA), ["Added to a session"]);
});

Deno.test("[T3] a vote that was asked for is settled by voting, each round anew", async () => {
  using f = alertHouse();
  await f.openSession("s1", [{ userId: "ana" }, { userId: "ben" }]);
  for (const user of [ANA, BEN]) {
    await f.run(user, "join_session", { sessionId: "s1" });
  }
  const poll = { sessionId: "s1", pollId: "p1" };
  await f.run(FAY, "open_poll", {
    sessionId: "s1",
    id: "p1",
    question: "Go on?",
    method: "plurality",
    alternatives: [{ id: "a", label: "On" }, { id: "b", label: "Off" }],
    maxRounds: 2,
  });
  const asked = async (user: Someone) =>
    (await unread(f, user)).filter((title) => title.includes("ote"));
  assertEquals(await asked(ANA), ["Your vote is asked"]);
  f.pass(1_000);
  await f.run(ANA, "cast_ballot", { ...poll, choice: "a" });
  assertEquals(await asked(ANA), []);
  assertEquals(await asked(BEN), ["Your vote is asked"]);
  await f.run(BEN, "cast_ballot", { ...poll, choice: "b" });
  await f.run(FAY, "close_poll", poll);
  // A tie: the second round asks again, and the first asks no more.
  assertEquals(await asked(ANA), ["Round 2: vote again"]);
  assertEquals(await asked(BEN), ["Round 2: vote again"]);
});
