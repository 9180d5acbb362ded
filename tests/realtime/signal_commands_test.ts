/** Commands that change nothing: checked against committed state, told at once, kept nowhere (P9). */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import type {
  AnySignalDeclaration,
  SignalDeclaration,
} from "../../domain/decider.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { SignalCommands } from "../../realtime/signal_commands.ts";
import {
  ANN,
  createCommands,
  EVE,
  fate,
  jars,
  put,
  Refusal,
} from "./commands_fixture.ts";

const shake: SignalDeclaration<
  { channel: string; jar: string; force: number },
  { count: number; sealed: boolean },
  { lid: { count: number; sealed: boolean } }
> = {
  name: "shake",
  input: z.object({
    channel: z.string(),
    jar: z.string().default("jar"),
    force: z.number(),
  }),
  place: ({ channel, jar }) => ({ area: jars, channel, subject: jar }),
  also: ({ channel }) => ({ lid: { area: jars, channel, subject: "lid" } }),
  signal: ({ count, sealed }, { jar, force }, { user, also: { lid } }) => {
    if (!user.roles.includes("member")) throw new Refusal("not_allowed");
    if (sealed) throw new Refusal("jar_sealed");
    const payload = { event: "shaken", force, count, lid: lid.count };
    return {
      type: "JAR",
      key: `shake:${jar}`,
      payload: { ...payload, by: user.userId },
    };
  },
};

/** Signal commands over a real log, and all they told. */
function create(declarations: readonly AnySignalDeclaration[] = [shake]) {
  const log = createMemoryLog();
  const commands = createCommands(log);
  const told: unknown[] = [];
  const signals = new SignalCommands({
    declarations,
    commands,
    signal: (...all) => void told.push(all),
  });
  return {
    log,
    commands,
    signals,
    told,
    [Symbol.dispose]: () => commands.close(),
  };
}

Deno.test("[P9] a signal command tells its channel's readers, from committed state", async () => {
  using f = create();
  await put(f.commands, 3);
  await put(f.commands, 2, { jar: "lid" });
  const { epoch, offset, hash } = await f.log.head("c");
  assertEquals(
    await f.signals.execute("shake", { channel: "c", force: 0.5 }, ANN),
    { result: null, positions: [{ channel: "c", epoch, offset, hash }] },
  );
  assertEquals(f.told, [["c", "JAR", "shake:jar", {
    event: "shaken",
    force: 0.5,
    count: 3,
    lid: 2,
    by: "ann",
  }]]);
});

Deno.test("[P9] a signal command keeps nothing and moves no position", async () => {
  using f = create();
  await put(f.commands, 3);
  const before = await f.log.head("c");
  for (const force of [1, 2, 3]) {
    await f.signals.execute("shake", { channel: "c", force }, ANN);
  }
  assertEquals(await f.log.head("c"), before);
  assertEquals((await f.log.read("c", 0, 10)).length, 1);
  assertEquals(f.told.length, 3);
});

Deno.test("[P9] what a signal command refuses is told to nobody", async () => {
  using f = create();
  const ask = (user = ANN) =>
    fate(f.signals.execute("shake", { channel: "c", force: 1 }, user));
  assertEquals(await ask(EVE), "not_allowed");
  await f.commands.execute("seal", { channel: "c" }, { user: ANN });
  assertEquals(await ask(), "jar_sealed");
  assertEquals(f.told, []);
});

Deno.test("[P9] input that does not fit is invalid, with its place", async () => {
  using f = create();
  const wrong = async (input: unknown) => {
    const error = await f.signals.execute("shake", input, ANN).then(
      () => undefined,
      (error) => error,
    );
    assert(error instanceof RealtimeError);
    return [error.code, error.errors?.map(({ path }) => path)];
  };
  assertEquals(await wrong({ channel: "c" }), ["invalid", ["force"]]);
  assertEquals(await wrong(null), ["invalid", [""]]);
  assertEquals(await wrong({ channel: "\ud800", force: 1 }), ["invalid", [""]]);
  assertEquals(f.told, []);
});

Deno.test("[P9] only declared names are signal commands", async () => {
  using f = create();
  assertEquals([f.signals.has("shake"), f.signals.has("put")], [true, false]);
  assertEquals(f.signals.has("constructor"), false);
  await assertRejects(() => f.signals.execute("put", {}, ANN), RangeError);
});

Deno.test("[P9] a signal command rests on what was committed right before it", async () => {
  using f = create();
  await put(f.commands, 1);
  await f.signals.execute("shake", { channel: "c", force: 1 }, ANN);
  await put(f.commands, 4);
  await f.signals.execute("shake", { channel: "c", force: 1 }, ANN);
  const counts = z.array(z.tuple([
    z.string(),
    z.string(),
    z.string(),
    z.object({ count: z.number() }),
  ])).parse(f.told);
  assertEquals(counts.map(([, , , { count }]) => count), [1, 5]);
});
