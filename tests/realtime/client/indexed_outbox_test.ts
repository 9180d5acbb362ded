/** The durable outbox: order, the limit, users apart, reloads, several tabs, no IndexedDB. */
import { assertEquals } from "@std/assert";
import { IDBFactory } from "fake-indexeddb";
import { IndexedOutbox } from "../../../realtime/client/indexed_outbox.ts";
import type { OutboxMessage } from "../../../realtime/client/outbox_store.ts";

function message(messageId: string): OutboxMessage {
  return {
    type: "BROADCAST",
    messageId,
    channel: "topic:a",
    payload: messageId,
  };
}

async function ids(outbox: IndexedOutbox): Promise<string[]> {
  return (await outbox.after(0)).map(({ messageId }) => messageId);
}

Deno.test("[P23] 1,000 messages survive a reload in order and the 1,001st is refused", async () => {
  const factory = new IDBFactory();
  const before = new IndexedOutbox({ userId: "mira", factory });
  const names = Array.from({ length: 1_000 }, (_, n) => `m-${n}`);
  const added = await Promise.all(names.map((id) => before.add(message(id))));
  assertEquals(new Set(added), new Set(["queued"]));
  assertEquals(await before.add(message("one-more")), "full");
  before.close();
  const after = new IndexedOutbox({ userId: "mira", factory });
  assertEquals(await ids(after), names);
  assertEquals(await after.count(), 1_000);
  after.close();
});

Deno.test("[P23] two tabs cannot both take the last place", async () => {
  const factory = new IDBFactory();
  const one = new IndexedOutbox({ userId: "mira", factory });
  const two = new IndexedOutbox({ userId: "mira", factory });
  for (let n = 0; n < 999; n++) await one.add(message(`m-${n}`));
  const answers = await Promise.all([
    one.add(message("from-one")),
    two.add(message("from-two")),
  ]);
  assertEquals(answers.toSorted(), ["full", "queued"]);
  one.close();
  two.close();
});

Deno.test("[P23] another user's messages are neither seen nor counted, and wait for them", async () => {
  const factory = new IDBFactory();
  const mira = new IndexedOutbox({ userId: "mira", factory });
  await mira.add(message("hers"));
  const jonas = new IndexedOutbox({ userId: "jonas", factory });
  assertEquals([await ids(jonas), await jonas.count()], [[], 0]);
  await jonas.add(message("hers"));
  await jonas.remove((await jonas.after(0))[0]!.seq);
  assertEquals(await ids(mira), ["hers"]);
  mira.close();
  jonas.close();
});

Deno.test("[P23] a messageId that waits is not added again", async () => {
  const outbox = new IndexedOutbox({
    userId: "mira",
    factory: new IDBFactory(),
  });
  assertEquals(
    [await outbox.add(message("m-1")), await outbox.add(message("m-1"))],
    ["queued", "known"],
  );
  assertEquals(await ids(outbox), ["m-1"]);
  outbox.close();
});

Deno.test("[P23] what was removed is gone after a reload, the order of the rest stays", async () => {
  const factory = new IDBFactory();
  const before = new IndexedOutbox({ userId: "mira", factory });
  for (const id of ["a", "b", "c"]) await before.add(message(id));
  const [, second] = await before.after(0);
  await before.remove(second!.seq);
  before.close();
  const after = new IndexedOutbox({ userId: "mira", factory });
  await after.add(message("d"));
  assertEquals(await ids(after), ["a", "c", "d"]);
  const [first] = await after.after(0);
  assertEquals(
    (await after.after(first!.seq)).map(({ messageId }) => messageId),
    ["c", "d"],
  );
  after.close();
});

Deno.test("[P23] where IndexedDB is refused the messages wait in memory", async () => {
  const factory = new IDBFactory();
  factory.open = () => {
    throw new DOMException("denied", "SecurityError");
  };
  const outbox = new IndexedOutbox({ userId: "mira", factory });
  assertEquals(await outbox.add(message("m-1")), "queued");
  assertEquals([await ids(outbox), await outbox.count()], [["m-1"], 1]);
  outbox.close();
});

Deno.test("[P23] a database closed by a newer page is opened again", async () => {
  const factory = new IDBFactory();
  const outbox = new IndexedOutbox({ userId: "mira", factory });
  await outbox.add(message("m-1"));
  outbox.close();
  assertEquals(await ids(outbox), ["m-1"]);
  outbox.close();
});
