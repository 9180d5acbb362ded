/** Before the pipeline: validation, least role, and messageIds that take effect once. */
import { assert, assertEquals } from "@std/assert";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import {
  amounts,
  ANN,
  createCommands,
  DOWN,
  EVE,
  fate,
  HeldLog,
  put,
} from "./commands_fixture.ts";

Deno.test("[P13] a known messageId gets the first position and result", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  const first = await put(commands, 2, { messageId: "m" });
  await put(commands, 3);
  const again = await put(commands, 2, { messageId: "m" });
  assertEquals(again, { ...first, duplicate: true });
  assertEquals(await amounts(log), [2, 3]);
  commands.close();
});

Deno.test("[P13] a duplicate is answered also when it would be refused by now", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  const first = await put(commands, 2, { messageId: "m" });
  await commands.execute("seal", {}, { user: ANN });
  assertEquals(await fate(put(commands, 2)), "jar_sealed");
  const again = await put(commands, 2, { messageId: "m" });
  assertEquals(again, { ...first, duplicate: true });
  commands.close();
});

Deno.test("[P13] a duplicate in flight gets the answer of the first", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 0);
  log.hold();
  const first = put(commands, 2, { messageId: "m" });
  const again = put(commands, 2, { messageId: "m" });
  await put(commands, 1, { channel: "other" });
  await log.letGo();
  assertEquals(await again, { ...await first, duplicate: true });
  assertEquals(await amounts(log), [2]);
  commands.close();
});

Deno.test("[P13] the same messageId with another input is a conflict, also in flight", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  log.hold();
  const first = put(commands, 2, { messageId: "m" });
  assertEquals(await fate(put(commands, 3, { messageId: "m" })), "conflict");
  await log.letGo();
  await first;
  assertEquals(await fate(put(commands, 3, { messageId: "m" })), "conflict");
  assertEquals(await amounts(log), [2]);
  commands.close();
});

Deno.test("[P13] a messageId counts per sender and channel", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  const bob = { ...ANN, userId: "bob" };
  await put(commands, 1, { messageId: "m" });
  const elsewhere = await put(commands, 1, { messageId: "m", channel: "d" });
  const another = await put(commands, 1, { messageId: "m", user: bob });
  assertEquals([elsewhere.duplicate, another.duplicate], [
    undefined,
    undefined,
  ]);
  assertEquals(await amounts(log), [1, 1]);
  commands.close();
});

Deno.test("[P13] a refusal is not remembered: its messageId may still take effect", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  assertEquals(await fate(put(commands, 11, { messageId: "m" })), "jar_full");
  const { duplicate } = await put(commands, 5, { messageId: "m" });
  assertEquals(duplicate, undefined);
  commands.close();
});

Deno.test("[I2] a command without events is remembered too: a retry does nothing later", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  const first = await put(commands, 0, { messageId: "m" });
  await put(commands, 4);
  const again = await put(commands, 0, { messageId: "m" });
  assertEquals(again, { ...first, duplicate: true });
  assertEquals(again.result, { count: 0 });
  commands.close();
});

Deno.test("[I2] a retry over another node takes effect once", async () => {
  const log = new HeldLog();
  const [here, there] = [createCommands(log), createCommands(log.inner)];
  log.hold();
  const slow = put(here, 2, { messageId: "m" });
  const behind = put(here, 3);
  await put(there, 1, { channel: "other" });
  const fast = await put(there, 2, { messageId: "m" });
  await log.letGo();
  assertEquals(await slow, { ...fast, duplicate: true });
  assertEquals((await behind).result, { count: 5 });
  assertEquals(await amounts(log), [2, 3]);
  here.close();
  there.close();
});

Deno.test("[P13] the log is asked for a messageId only when nothing would be written", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 1);
  await put(commands, 1, { messageId: "m" });
  await fate(put(commands, 11));
  assertEquals(log.recalls, 0);
  await fate(put(commands, 11, { messageId: "n" }));
  assertEquals(log.recalls, 1);
  commands.close();
});

Deno.test("[P13] many retries at once are all answered as the first was, and nothing behind is lost", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  const ids = ["a", "b", "c", "d"];
  const send = () => ids.map((messageId) => put(commands, 2, { messageId }));
  const first = await Promise.all(send());
  const again = send();
  const fresh = put(commands, 1);
  assertEquals(
    await Promise.all(again),
    first.map((answer) => ({ ...answer, duplicate: true as const })),
  );
  assertEquals((await fresh).result, { count: 9 });
  assertEquals(await amounts(log), [2, 2, 2, 2, 1]);
  commands.close();
});

Deno.test("[P6] order of arrival holds between commands with and without messageId", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 0);
  await Promise.all([
    put(commands, 1, { messageId: "a" }),
    put(commands, 2),
    put(commands, 3, { messageId: "b" }),
    put(commands, 4),
  ]);
  assertEquals(await amounts(log), [1, 2, 3, 4]);
  commands.close();
});

Deno.test("[P14] after an unknown outcome the same messageId may be sent again", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  log.hold();
  const lost = put(commands, 2, { messageId: "m" });
  await put(commands, 1, { channel: "other" });
  await log.letGo(DOWN);
  assertEquals(await fate(lost), "unavailable");
  assertEquals((await put(commands, 2, { messageId: "m" })).result, {
    count: 2,
  });
  commands.close();
});

Deno.test("[P7] a wrong input is invalid and names every place", async () => {
  const commands = createCommands(new HeldLog());
  const error = await commands.execute("put", { amount: -1, jar: 7 }, {
    user: ANN,
  }).catch((error) => error);
  assert(error instanceof RealtimeError);
  assertEquals(error.code, "invalid");
  assertEquals(error.errors?.map(({ path }) => path), ["jar", "amount"]);
  commands.close();
});

Deno.test("[P7] an unknown command is invalid", async () => {
  const commands = createCommands(new HeldLog());
  const answer = commands.execute("steal", {}, { user: ANN });
  assertEquals(await fate(answer), "invalid");
  commands.close();
});

Deno.test("[P8] who lacks the least role is refused before anything is read", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  const answer = put(commands, 1, { user: EVE, messageId: "m" });
  assertEquals(await fate(answer), "forbidden");
  assertEquals([log.recalls, commands.stats().folds], [0, 0]);
  commands.close();
});

Deno.test("[P13] stats count executed, refused and duplicates", async () => {
  const commands = createCommands(new HeldLog());
  await put(commands, 1, { messageId: "m" });
  await put(commands, 1, { messageId: "m" });
  await fate(put(commands, 11));
  const { executed, refused, duplicates, conflicts, unavailable } = commands
    .stats();
  assertEquals({ executed, refused, duplicates, conflicts, unavailable }, {
    executed: 1,
    refused: 1,
    duplicates: 1,
    conflicts: 0,
    unavailable: 0,
  });
  commands.close();
});
