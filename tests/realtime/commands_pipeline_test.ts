/** The pipeline: order, in-flight state, conflicts, faults of the store, and nothing left over. */
import { assertEquals } from "@std/assert";
import { type Log, LogConflict } from "../../realtime/log/log.ts";
import {
  amounts,
  ANN,
  createCommands,
  DOWN,
  fate,
  HeldLog,
  jars,
  put,
} from "./commands_fixture.ts";

/** What someone else writes, past the pipeline. */
function putElsewhere(log: Log, amount: number) {
  const body = { event: "put", amount };
  const entry = { type: "JAR", v: 1, subject: "jar", at: 1, body };
  return log.commit({
    writes: [{ channel: "c", entries: [entry] }],
    sender: "zoe",
  });
}

Deno.test("[P6] commands of a channel are decided at once, each on the one before", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 1);
  log.hold();
  const answers = [2, 3, 4].map((amount) => put(commands, amount));
  assertEquals(
    log.held.map(({ commit }) => commit.writes[0].expected?.offset),
    [1, 2, 3],
  );
  await log.letGo();
  assertEquals(
    (await Promise.all(answers)).map(({ result, positions }) => [
      result,
      positions[0].offset,
    ]),
    [[{ count: 3 }, 2], [{ count: 6 }, 3], [{ count: 10 }, 4]],
  );
  commands.close();
});

Deno.test("[P14] a refusal waits for the entries it rests on", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 0);
  log.hold();
  const order: string[] = [];
  const full = put(commands, 10).then(() => order.push("full"));
  const refused = fate(put(commands, 1)).then((code) => order.push(code));
  // A whole command elsewhere passes meanwhile: were the refusal to come at once, it had come.
  await put(commands, 1, { channel: "other" });
  assertEquals(order, []);
  await log.letGo();
  await Promise.all([full, refused]);
  assertEquals(order, ["full", "jar_full"]);
  commands.close();
});

Deno.test("[P14] a decision without events waits for the entries it rests on", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 0);
  log.hold();
  const order: string[] = [];
  const first = put(commands, 1).then(() => order.push("first"));
  const nothing = put(commands, 0).then(({ positions: [{ offset }] }) =>
    order.push(`nothing at ${offset}`)
  );
  await put(commands, 1, { channel: "other" });
  assertEquals(order, []);
  await log.letGo();
  await Promise.all([first, nothing]);
  assertEquals(order, ["first", "nothing at 1"]);
  commands.close();
});

Deno.test("[P14] a refusal that rests on committed state alone comes at once", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 0, { jar: "busy" });
  await put(commands, 0);
  log.hold();
  const busy = put(commands, 1, { jar: "busy" });
  assertEquals(await fate(put(commands, 11)), "jar_full");
  await log.letGo();
  assertEquals(await fate(busy), "done");
  commands.close();
});

Deno.test("[P9] two channels never wait for each other", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  log.hold("c");
  const held = put(commands, 1, { channel: "c" });
  assertEquals((await put(commands, 2, { channel: "d" })).result, { count: 2 });
  await log.letGo();
  assertEquals((await held).result, { count: 1 });
  commands.close();
});

Deno.test("[L3] after a conflict the commands are decided again, in their order", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 1);
  log.hold();
  const answers = [4, 3, 2].map((amount) => put(commands, amount));
  await putElsewhere(log.inner, 2);
  await log.letGo();
  // 1 + 2 + 4 + 3 = 10: the last one is refused on the state that really came about.
  assertEquals(await Promise.all(answers.map(fate)), [
    "done",
    "done",
    "jar_full",
  ]);
  assertEquals(await amounts(log), [1, 2, 4, 3]);
  commands.close();
});

Deno.test("[L3] an entry of someone else at the predicted offset lets nothing through", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 0);
  log.hold();
  // The third expects offset 2, which is where the second entry of someone else lies.
  const answers = [1, 2, 3].map((amount) => put(commands, amount));
  await putElsewhere(log.inner, 1);
  await putElsewhere(log.inner, 1);
  await log.letGo();
  await Promise.all(answers);
  assertEquals(await amounts(log), [1, 1, 1, 2, 3]);
  commands.close();
});

Deno.test("[L3] a refusal decided on a conflicting entry is decided again", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 5);
  log.hold();
  const [first, second] = [put(commands, 5), put(commands, 1)];
  await putElsewhere(log.inner, 3);
  await log.letGo();
  // 5 + 3 + 5 is too much, so there is room for the one that was refused before.
  assertEquals(await fate(first), "jar_full");
  assertEquals((await second).result, { count: 9 });
  commands.close();
});

Deno.test("[L3] other subjects of the channel are not decided again", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 1);
  await put(commands, 1, { jar: "calm" });
  log.hold();
  const contended = put(commands, 2);
  const calm = put(commands, 2, { jar: "calm" });
  await putElsewhere(log.inner, 1);
  await log.letGo();
  assertEquals((await calm).result, { count: 3 });
  assertEquals((await contended).result, { count: 4 });
  assertEquals(commands.stats().conflicts, 1);
  commands.close();
});

Deno.test("[P7] a command that conflicts without end is unavailable, not endless", async () => {
  const log = new HeldLog();
  let attempts = 0;
  log.commit = () => {
    attempts++;
    return Promise.reject(new LogConflict("expected"));
  };
  const commands = createCommands(log);
  assertEquals(await fate(put(commands, 1)), "unavailable");
  assertEquals(attempts, 10);
  assertEquals(commands.stats().inFlight, 0);
  commands.close();
});

Deno.test("[L10] a store that cannot write rejects all that rests on it", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 1);
  log.hold();
  const answers = [9, 1, 0].map((amount) => put(commands, amount));
  await log.letGo(DOWN);
  assertEquals(await Promise.all(answers.map(fate)), [
    "unavailable",
    "unavailable",
    "unavailable",
  ]);
  // Nothing of the lost flight is believed any more.
  assertEquals((await put(commands, 2)).result, { count: 3 });
  assertEquals(await amounts(log), [1, 2]);
  commands.close();
});

Deno.test("[L10] a store that cannot be read rejects the command and is asked again", async () => {
  const log = new HeldLog();
  const head = log.head;
  log.head = () => Promise.reject(DOWN);
  const commands = createCommands(log);
  assertEquals(await fate(put(commands, 1)), "unavailable");
  log.head = head;
  assertEquals((await put(commands, 1)).result, { count: 1 });
  commands.close();
});

Deno.test("[P7] a fault in decide is internal and stops nobody else", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  const fault = commands.execute("break", {}, { user: ANN });
  const next = put(commands, 1);
  assertEquals(await fate(fault), "internal");
  assertEquals((await next).result, { count: 1 });
  commands.close();
});

Deno.test("[I6] nothing is left when all are answered", async () => {
  const log = new HeldLog();
  const commands = createCommands(log, { maxFolds: 3 });
  log.hold("c0");
  const answers = Array.from(
    { length: 40 },
    (_, i) => put(commands, i % 4, { channel: `c${i % 8}`, jar: `j${i % 5}` }),
  );
  await putElsewhere(log.inner, 1);
  await log.letGo();
  await Promise.allSettled(answers);
  const { waiting, inFlight, channels, folds } = commands.stats();
  assertEquals({ waiting, inFlight, channels, folds }, {
    waiting: 0,
    inFlight: 0,
    channels: 0,
    folds: 3,
  });
  commands.close();
});

Deno.test("[L5] rows of the views are committed with the entries", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 4);
  await put(commands, 3);
  const { rows } = await log.inner.query("jars");
  assertEquals(rows.map(({ key, data }) => [key, data]), [
    ["c", { count: 7 }],
  ]);
  commands.close();
});

Deno.test("[P24] state() is the fold at a position, at once when it is kept", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await putElsewhere(log.inner, 2);
  const read = await commands.state(jars, "c", "jar");
  assertEquals([read.state.count, read.position.offset], [2, 1]);
  await putElsewhere(log.inner, 3);
  await put(commands, 1, { jar: "other" });
  const kept = commands.state(jars, "c", "jar");
  if (kept instanceof Promise) throw new Error("the fold was not kept");
  assertEquals([kept.state.count, kept.position.offset], [5, 3]);
  assertEquals(kept.position.hash, (await log.head("c")).hash);
  commands.close();
});

Deno.test("[P24] entries that come while a fold is made are neither missed nor folded twice", async () => {
  const log = new HeldLog();
  await putElsewhere(log.inner, 1);
  const readSubject = log.readSubject;
  let reads = 0;
  log.readSubject = async (...args) => {
    // The first page was read before this entry, the feed brings it after.
    const page = await readSubject(...args);
    if (reads++ === 0) await putElsewhere(log.inner, 2);
    return page;
  };
  const commands = createCommands(log);
  const { state, position } = await commands.state(jars, "c", "jar");
  assertEquals([state.count, position.offset], [3, 2]);
  commands.close();
});
