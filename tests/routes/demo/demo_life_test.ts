/** The people of the demo act while somebody watches, by real commands, and rest otherwise. */
import { assert, assertEquals } from "@std/assert";
import { Commands } from "../../../realtime/commands.ts";
import {
  DemoLife,
  LOOK_MS,
  MAX_ACTS,
  PAUSE_MS,
} from "../../../routes/demo/demo_life.ts";
import { loadDemo } from "../../../routes/demo/load_demo.ts";
import { demoFixture, START } from "./fixture.ts";

const PLAN = { generation: 1, startedAt: START, guest: null };
const LOADED = { stage: "loaded", plan: PLAN } as const;
const NONE = { stage: "none", generation: 1 } as const;
const CHANNEL = "session:demo-harbour";

/** A timer that runs when it is told to, and tells when somebody waits for it. */
class Timer {
  #waiting: { delayMs: number; run: () => void } | undefined;
  #asked = Promise.withResolvers<void>();

  readonly after = (delayMs: number, run: () => void) => {
    this.#waiting = { delayMs, run };
    this.#asked.resolve();
    return () => {};
  };

  /** Waits for the next pause and ends it. @returns Its length in ms. */
  async pass(): Promise<number> {
    await this.#asked.promise;
    this.#asked = Promise.withResolvers();
    const { delayMs, run } = this.#waiting!;
    run();
    return delayMs;
  }
}

/** Numbers from 0 to 1 by a rule, the same in every run. Source: Park and Miller (1988). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = state * 16_807 % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function stage(options: { random?: () => number } = {}) {
  const site = await demoFixture();
  await loadDemo(PLAN, site);
  const timer = new Timer();
  const readers = new Set<string>();
  const signals: unknown[] = [];
  const acts: { name: string; userId: string }[] = [];
  const commands = {
    state: site.commands.state.bind(site.commands),
    execute: (
      ...[name, input, how]: Parameters<Commands["execute"]>
    ) => {
      acts.push({ name, userId: how.user.userId });
      return site.commands.execute(name, input, how);
    },
  };
  const life = new DemoLife({
    commands,
    hub: {
      hasReaders: (channel) => readers.has(channel),
      signal: (...told) => void signals.push(told),
    },
    after: timer.after,
    random: options.random ?? numbers(7),
  });
  return {
    site,
    timer,
    readers,
    signals,
    acts,
    life,
    [Symbol.asyncDispose]: async () => {
      await life.close();
      await site[Symbol.asyncDispose]();
    },
  };
}

Deno.test("[DM17] nobody watches: they look, and do nothing", async () => {
  await using scene = await stage();
  scene.life.follow(LOADED);
  for (let n = 0; n < 50; n++) {
    assertEquals(await scene.timer.pass(), LOOK_MS);
  }
  assertEquals(scene.acts, []);
});

Deno.test("[DM17] while somebody watches they act, after a pause to think", async () => {
  await using scene = await stage();
  scene.readers.add(CHANNEL);
  scene.life.follow(LOADED);
  const before = (await scene.site.log.head(CHANNEL)).offset;
  const pauses: number[] = [];
  for (let n = 0; n < 120; n++) pauses.push(await scene.timer.pass());
  const names = new Set(scene.acts.map(({ name }) => name));
  assertEquals([...names].sort(), [
    "cast_ballot",
    "post_message",
    "raise_alert",
    "set_participant_status",
    "set_weights",
  ]);
  const people = scene.acts.map(({ userId }) => userId);
  assert(people.every((userId) => userId.startsWith("demo-")));
  const thinking = pauses.filter((ms) => ms >= PAUSE_MS[0]);
  assert(thinking.length > 20);
  assert(thinking.every((ms) => ms <= PAUSE_MS[1]));
  assert(scene.signals.length > 8);
  assert((await scene.site.log.head(CHANNEL)).offset > before + 10);
});

Deno.test("[DM18] watched without end they rest after so many acts", async () => {
  // Nothing but ballots: one command each.
  await using scene = await stage({ random: () => 0.7 });
  scene.readers.add(CHANNEL);
  scene.life.follow(LOADED);
  for (let n = 0; n < MAX_ACTS * 3; n++) await scene.timer.pass();
  assertEquals(scene.acts.length, MAX_ACTS);
  // They leave and come back.
  scene.readers.clear();
  await scene.timer.pass();
  await scene.timer.pass();
  scene.readers.add(CHANNEL);
  for (let n = 0; n < 20; n++) await scene.timer.pass();
  assert(scene.acts.length > MAX_ACTS);
});

Deno.test("[DM18] nobody says the same twice, whatever chance says", async () => {
  await using scene = await stage({ random: () => 0.1 });
  scene.readers.add(CHANNEL);
  scene.life.follow(LOADED);
  for (let n = 0; n < 40; n++) await scene.timer.pass();
  const { session } = await scene.site.read("/sessions/demo-harbour");
  const texts = session.activity.flatMap(({ text }: { text?: string }) =>
    text ?? []
  );
  assertEquals(new Set(texts).size, texts.length);
  assertEquals(texts.length, 5 + 12);
});

Deno.test("[DM19] what is not possible any more is left alone, and they go on", async () => {
  await using scene = await stage({ random: () => 0.7 });
  const { commands } = scene.site;
  const user = { userId: "demo-mara", name: "Mara", roles: ["facilitator"] };
  await commands.execute("close_poll", {
    sessionId: "demo-harbour",
    pollId: "demo-harbour-poll",
  }, { user });
  scene.readers.add(CHANNEL);
  scene.life.follow(LOADED);
  for (let n = 0; n < 10; n++) await scene.timer.pass();
  assert(scene.acts.length > 3);
});

Deno.test("[DM19] once the demo is removed nobody acts any more", async () => {
  await using scene = await stage({ random: () => 0.7 });
  scene.readers.add(CHANNEL);
  scene.life.follow(LOADED);
  // Somebody thinks; were it not for the removal they would vote after that.
  scene.life.follow(NONE);
  await scene.timer.pass();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(scene.acts, []);
});
