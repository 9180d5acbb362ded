/** Topics under random schedules of three nodes: whatever fails, offsets mean the same to all (P9). */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Published } from "../../../realtime/publisher.ts";
import type { Message } from "../../support/fake_socket.ts";
import type { TestHub } from "../../support/hub.ts";
import { FakeTime } from "../fake_time.ts";
import { createHouse, eventually, quiet } from "./houses.ts";
import { type Heard, TopicReader } from "./topic_reader.ts";

const CHANNEL = "topic:t";
const USER = { userId: "ann", name: "ann", roles: ["member"] };
const SLOTS = ["a", "b", "c"];

const slot = fc.nat({ max: 2 });
/** Rounds of the loop until the next move: some of what is on its way arrives. */
const turns = fc.constantFrom(0, 0, 1, 4, 12);
const move = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant("say" as const),
      slot,
      turns,
      /** The same message again, perhaps by another node. */
      again: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom(
        "cut" as const,
        "heal" as const,
        "expire" as const,
        "lose" as const,
        "die" as const,
        "drain" as const,
      ),
      slot,
      turns,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom("pause" as const, "down" as const, "up" as const),
      slot,
      turns,
    }),
  },
);
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

class Schedule {
  readonly time = new FakeTime();
  readonly house = createHouse({ transientHistory: 8 }, {
    after: this.time.after,
  });
  readonly names: string[] = [...SLOTS];
  readonly nodes: TestHub[] = [];
  readonly readers: TopicReader[] = [];
  readonly living: TopicReader[] = [];
  readonly answers: { text: string; answer: Published }[] = [];
  readonly #asked: Promise<void>[] = [];
  #said = 0;
  #lives = 0;

  async start(): Promise<void> {
    for (const index of SLOTS.keys()) await this.#begin(index);
  }

  async run(moves: readonly Move[]): Promise<void> {
    for (const made of moves) {
      if (made.act === "say") this.say(made.slot, made.again);
      else if (made.act === "die" || made.act === "drain") {
        await this.#replace(made.slot, made.act);
      } else if (made.act === "pause") await this.#pass(300);
      else if (made.act === "down") this.house.owners.isDown = true;
      else if (made.act === "up") this.house.owners.isDown = false;
      else this.house.exchange[made.act](this.names[made.slot]);
      await quiet(made.turns);
      this.#look();
    }
  }

  /** Everything works again, and everybody has heard everything. */
  async settle(): Promise<void> {
    this.house.owners.isDown = false;
    for (const name of this.names) this.house.exchange.heal(name);
    for (let round = 0; round < 25; round++) await this.#pass(300);
    await Promise.all(this.#asked);
  }

  say(index: number, again: boolean): void {
    if (!again) this.#said++;
    const text = `m${this.#said}`;
    const { hub } = this.nodes[index];
    const said = {
      channel: CHANNEL,
      payload: text,
      messageId: text,
      sender: USER,
    };
    const asked = Promise.resolve()
      .then(() => hub.publish(said))
      // Nobody to number it: whoever says it is told so.
      .then((answer) => void this.answers.push({ text, answer }), () => {});
    this.#asked.push(asked);
  }

  async #begin(index: number): Promise<void> {
    const name = this.names[index];
    const node = this.house.node(name);
    this.nodes[index] = node;
    const joined = node.join("bob");
    await this.#pass(1_500);
    const reader = new TopicReader(await joined, CHANNEL);
    this.readers.push(reader);
    this.living[index] = reader;
  }

  async #replace(index: number, act: "die" | "drain"): Promise<void> {
    const { exchange } = this.house;
    const name = this.names[index];
    if (act === "die") {
      exchange.kill(name);
      exchange.expire(name);
      this.nodes[index].hub.stop();
    } else {
      const drained = this.nodes[index].hub.drain();
      await this.#pass(300);
      await drained;
      await this.house.bus(name).close();
    }
    this.names[index] = `${SLOTS[index]}${++this.#lives}`;
    await this.#begin(index);
  }

  async #pass(ms: number): Promise<void> {
    await this.time.advance(ms);
    await quiet(3);
    this.#look();
  }

  #look(): void {
    for (const reader of this.living) reader?.look();
  }
}

/** Within an epoch each offset follows the one before, unless a loss was told between. */
function checkOrder(applied: readonly (Heard | undefined)[]): void {
  for (const [index, heard] of applied.entries()) {
    const before = applied[index - 1];
    if (heard === undefined || before === undefined) continue;
    assertEquals(heard.offset, before.offset + 1);
    assertEquals(heard.epoch, before.epoch);
  }
}

function textsByPlace(all: readonly Heard[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const { epoch, offset, text } of all) {
    const place = `${epoch} ${offset}`;
    assertEquals(places.get(place) ?? text, text);
    places.set(place, text);
  }
  return places;
}

/** A publication as history gives it. */
function heardOf(item: object): Heard {
  const { epoch, offset, payload: text }: Message = item;
  return { epoch, offset, text };
}

Deno.test("[P9] under any schedule of three nodes an offset of an epoch is one text for all, in order, once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
      const schedule = new Schedule();
      await schedule.start();
      await schedule.run(moves);
      await schedule.settle();
      // Now that all is well, what anybody says reaches everybody.
      for (const index of SLOTS.keys()) schedule.say(index, false);
      await schedule.settle();
      const { nodes, readers, living, answers, house } = schedule;
      const pagesNow = () =>
        Promise.all(nodes.map(async ({ hub }) => {
          const { epoch, items } = await hub.history(USER, CHANNEL, 0, 100);
          const page = items.map(heardOf);
          for (const heard of page) assertEquals(heard.epoch, epoch);
          return page;
        }));
      // One epoch in the end, and the same newest publications everywhere.
      await eventually(async () => {
        const [first, ...others] = await pagesNow();
        for (const page of others) assertEquals(page.at(-1), first.at(-1));
      });
      const pages = await pagesNow();
      for (const { applied } of readers) checkOrder(applied);
      const places = textsByPlace([
        ...readers.flatMap(({ sent }) => sent),
        ...pages.flat(),
        ...answers.map(({ text, answer: { epoch, offset } }) => ({
          epoch,
          offset,
          text,
        })),
      ]);
      assert(places.size > 0);
      // A message takes effect once, whatever was tried again (I2).
      for (const page of pages) {
        const texts = page.map(({ text }) => text);
        assertEquals(texts.length, new Set(texts).size);
      }
      const last = pages[0].at(-1);
      for (const reader of living) {
        await eventually(() => {
          reader.look();
          assertEquals(reader.position?.epoch, last?.epoch);
          assertEquals(reader.position?.offset, last?.offset);
        });
      }
      await house.stop();
    }),
    { numRuns: 100 },
  );
});
