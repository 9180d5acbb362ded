/** Who has read an alert: what inboxes report, what acting says, and who is told of it. */
import { assertEquals, assertRejects } from "@std/assert";
import { Refusal } from "../../domain/refusal.ts";
import { alertHouse, ANA, BEN, FAY, person, START } from "./alert_house.ts";

const CEM = person("cem");

Deno.test("[AL20] each level holds those before it, by when it was first reported", async () => {
  using f = alertHouse();
  const offset = await f.raise("a");
  await f.raise("other");
  const told = { channel: "alerts", offset };
  await f.record(ANA, { ...told, delivered: true });
  f.pass(1_000);
  await f.record(ANA, { ...told, shown: true });
  await f.record(CEM, { ...told, delivered: true });
  await f.record(BEN, { ...told, offset: offset + 1, acknowledged: true });
  assertEquals(await f.reading.readers(FAY, "a"), [{
    userId: "ana",
    name: "ANA",
    delivered: START,
    shown: START + 1_000,
    acknowledged: null,
  }, {
    userId: "cem",
    name: "CEM",
    delivered: START + 1_000,
    shown: null,
    acknowledged: null,
  }]);
});

Deno.test("[AL20] who acknowledged everything up to it is among them, and who acted on it", async () => {
  using f = alertHouse();
  const offset = await f.raise("a");
  const all = { channel: "alerts", acknowledged: true, through: true };
  await f.record(ANA, { ...all, offset });
  await f.record(CEM, { ...all, offset: offset - 1 || 1 });
  const later = await f.raise("b");
  await f.run(BEN, "acknowledge_alert", { alertId: "b" });
  const names = async (alertId: string) =>
    (await f.reading.readers(FAY, alertId)).map(({ name, acknowledged }) =>
      `${name} ${acknowledged === START}`
    );
  assertEquals((await names("a")).sort(), ["ANA true", "CEM true"]);
  assertEquals(await names("b"), ["BEN true"]);
  await f.record(ANA, { ...all, offset: later });
  assertEquals((await names("b")).sort(), ["ANA true", "BEN true"]);
});

Deno.test("[AL20] raised anew it has no readers of before", async () => {
  using f = alertHouse();
  const raise = () => f.raise("", { id: undefined, dedupeKey: "kx" });
  const offset = await raise();
  await f.record(ANA, { channel: "alerts", offset, shown: true });
  const { items: [row] } = await f.reading.list(FAY, { limit: 1 });
  const { alertId } = JSON.parse(JSON.stringify(row));
  assertEquals((await f.reading.readers(FAY, alertId)).length, 1);
  await f.run(BEN, "resolve_alert", { alertId });
  await raise();
  assertEquals(await f.reading.readers(FAY, alertId), []);
});

Deno.test("[AL20] of a session's alert, those are known who were told on their own channel", async () => {
  using f = alertHouse();
  await f.openSession("s1", [{ userId: "ana" }, { userId: "cem" }]);
  await f.run(FAY, "raise_alert", {
    id: "a",
    severity: "high",
    title: "Inside",
    sessionId: "s1",
  });
  await f.run(FAY, "assign_alert", {
    alertId: "a",
    sessionId: "s1",
    userId: "ana",
  });
  assertEquals(await f.reading.readers(FAY, "a"), []);
  const { offset } = await f.log.head("user:ana");
  await f.record(ANA, { channel: "user:ana", offset, shown: true });
  const readers = await f.reading.readers(FAY, "a");
  assertEquals(readers.map(({ userId, shown }) => [userId, shown]), [
    ["ana", START],
  ]);
});

Deno.test("[AL20] only those who lead are told; who may not see the alert does not learn of it", async () => {
  using f = alertHouse();
  await f.raise("a");
  await f.openSession("s1", [{ userId: "ana", role: "facilitator" }]);
  const inside = { severity: "low", title: "Inside", sessionId: "s1" };
  await f.run(FAY, "raise_alert", { id: "b", ...inside });
  const code = async (user: typeof ANA, alertId: string) => {
    const error = await f.reading.readers(user, alertId).then(
      () => undefined,
      (error: unknown) => error,
    );
    return error instanceof Refusal ? error.code : error;
  };
  assertEquals(await code(ANA, "a"), "not_allowed");
  assertEquals(await code(ANA, "b"), undefined);
  assertEquals(await code(CEM, "b"), "alert_not_found");
  assertEquals(
    await code(person("flo", "facilitator"), "b"),
    "alert_not_found",
  );
  await assertRejects(() => f.reading.readers(FAY, "none"), Refusal);
});

Deno.test("[AL20] what is erased of a person's records takes their row along", async () => {
  using f = alertHouse();
  const offset = await f.raise("a");
  await f.record(ANA, { channel: "alerts", offset, shown: true });
  assertEquals((await f.reading.readers(FAY, "a")).length, 1);
  const [entry] = await f.log.readSubject("user:ana", "inbox", 0, 1);
  await f.log.erase("user:ana", entry.offset, "ada");
  assertEquals(await f.reading.readers(FAY, "a"), []);
});
