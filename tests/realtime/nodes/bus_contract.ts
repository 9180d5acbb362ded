/** The rules of the bus (realtime/nodes/bus.ts), run against every implementation. */
import { assert, assertEquals } from "@std/assert";
import type { Json } from "../../../realtime/json.ts";
import type { Bus } from "../../../realtime/nodes/bus.ts";
import { Heard } from "./heard.ts";

/** Nodes of one house, and what can happen to them. */
export interface House extends AsyncDisposable {
  join(node: string): Promise<Bus>;
  /** Nothing passes between this node and the others any more. */
  cut(node: string): void;
  /** It passes again. */
  heal(node: string): void;
  /** Dies without a word. */
  kill(node: string): void;
  /** Time goes by for this node, more than its lease, in which it did nothing. */
  sleep(node: string): void;
  /** What the nodes logged as errors. */
  readonly errors: readonly string[];
}

/** Registers the rules' tests. `register` hands each of them a house of its own. */
export function busContract(
  register: (name: string, run: (house: House) => Promise<void>) => void,
): void {
  register(
    "[N1] a message reaches every other node and not its own",
    async (house) => {
      const [a, b, c] = await joined(house, ["a", "b", "c"]);
      a.bus.publish("s", "x");
      b.bus.publish("s", "y");
      await a.until(({ messages }) => messages.length === 1);
      await b.until(({ messages }) => messages.length === 1);
      await c.until(({ messages }) => messages.length === 2);
      assertEquals(a.messages, ['b:"y"']);
      assertEquals(b.messages, ['a:"x"']);
      assertEquals(c.messages.toSorted(), ['a:"x"', 'b:"y"']);
    },
  );

  register(
    "[N1] with `to` it reaches that node alone, in the order of all",
    async (house) => {
      const [a, b, c] = await joined(house, ["a", "b", "c"]);
      a.bus.publish("s", 1);
      a.bus.publish("s", 2, { to: "b" });
      a.bus.publish("s", 3, { to: "c" });
      a.bus.publish("s", 4, { to: "a" });
      a.bus.publish("s", 5, { to: "nobody" });
      a.bus.publish("s", 6);
      await b.until(ends("a:6"));
      await c.until(ends("a:6"));
      assertEquals(b.messages, ["a:1", "a:2", "a:6"]);
      assertEquals(c.messages, ["a:1", "a:3", "a:6"]);
      assertEquals(a.messages, []);
    },
  );

  register(
    "[N1] only listeners of the subject hear it, until they stop",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      const other = new Heard(b.bus, "other");
      const heard: Json[] = [];
      const listener = (body: Json) => heard.push(body);
      const stop = b.bus.subscribe("s", listener);
      const stopTwin = b.bus.subscribe("s", listener);
      a.bus.publish("s", 1);
      await b.until(ends("a:1"));
      stop();
      a.bus.publish("s", 2);
      a.bus.publish("other", 3);
      await other.until(ends("a:3"));
      stopTwin();
      assertEquals(heard, [1, 1, 2]);
      assertEquals(b.messages, ["a:1", "a:2"]);
      assertEquals(other.messages, ["a:3"]);
    },
  );

  register(
    "[N1] a node that comes hears what is said from then on",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      a.bus.publish("s", "before");
      await b.until(ends('a:"before"'));
      const c = new Heard(await house.join("c"));
      await a.until(({ bus }) => bus.peers().includes("c"));
      a.bus.publish("s", "after");
      await c.until(({ messages }) => messages.length > 0);
      assertEquals(c.messages, ['a:"after"']);
    },
  );

  register(
    "[N1] a listener that throws is logged, and the others hear it",
    async (house) => {
      const [a] = await joined(house, ["a"]);
      const bus = await house.join("b");
      bus.subscribe("s", () => {
        throw new Error("broken");
      });
      const b = new Heard(bus);
      await a.until(({ bus }) => bus.peers().length === 1);
      a.bus.publish("s", 1);
      a.bus.publish("s", 2);
      await b.until(ends("a:2"));
      assertEquals(b.messages, ["a:1", "a:2"]);
      assertEquals(house.errors, Array(2).fill("a listener of the bus failed"));
    },
  );

  register(
    "[N1] a body arrives as it was, whatever its text and size",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      const bodies: Json[] = [
        null,
        true,
        -0.5,
        "",
        'NUL \0, quote ", line \n\u2028, \u{1f5f3} and \\',
        [],
        { "": [{}], "__proto__": 1, long: "ä".repeat(1_500_000) },
      ];
      const heard: Json[] = [];
      b.bus.subscribe("bodies", (body) => heard.push(body));
      for (const body of bodies) a.bus.publish("bodies", body);
      a.bus.publish("s", "end");
      await b.until(ends('a:"end"'));
      assertEquals(heard, bodies);
    },
  );

  register(
    "[N2] messages of each sender arrive in order, and once",
    async (house) => {
      const nodes = await joined(house, ["a", "b", "c"]);
      for (let round = 0; round < 20; round++) {
        for (let i = 0; i < 25; i++) {
          for (const { bus } of nodes) {
            bus.publish("s", round * 25 + i, i % 5 ? {} : { to: "a" });
          }
        }
        await new Promise((resolve) => setTimeout(resolve));
      }
      for (const { bus } of nodes) bus.publish("s", "end");
      const [a, b, c] = nodes;
      const all = (node: string, isFor = (_: number) => true) => [
        ...Array.from({ length: 500 }, (_, i) => i).filter(isFor)
          .map((i) => `${node}:${i}`),
        `${node}:"end"`,
      ];
      const isForAll = (i: number) => i % 5 !== 0;
      for (
        const [at, from, isFor] of [
          [a, "b", undefined],
          [a, "c", undefined],
          [b, "a", isForAll],
          [c, "b", isForAll],
        ] as const
      ) {
        await at.until((heard) => heard.from(from).at(-1) === `${from}:"end"`);
        assertEquals(at.from(from), all(from, isFor));
      }
    },
  );

  register(
    "[N2] what was published right before closing arrives",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      for (let i = 1; i <= 100; i++) a.bus.publish("s", i);
      await a.bus.close();
      await b.until(ends("a:100"));
      assertEquals(b.messages.length, 100);
    },
  );

  register(
    "[N3] after a cut all is there, or the node is told that it lost some",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      a.bus.publish("s", 1);
      await b.until(ends("a:1"));
      house.cut("b");
      for (let i = 2; i <= 50; i++) a.bus.publish("s", i);
      await a.until(({ bus }) => bus.peers().length === 0);
      // Whoever is told that it lost some asks again, and may do so more than once.
      let last = 50;
      b.bus.onLost(() => a.bus.publish("s", ++last));
      house.heal("b");
      await b.until(({ messages }) => numberOf(messages.at(-1)) > 50);
      const heard = b.messages.map(numberOf);
      assertEquals(heard, [...new Set(heard)].toSorted((x, y) => x - y));
    },
  );

  register(
    "[N4] a node that is cut off may publish for ever: it keeps the last ones",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      house.cut("a");
      for (let i = 1; i <= 25_000; i++) a.bus.publish("s", i);
      await b.until(({ bus }) => bus.peers().length === 0);
      house.heal("a");
      await b.until(({ bus }) => bus.peers().length === 1);
      await b.until(({ lost }) => lost > 0);
      a.bus.publish("s", "end");
      await b.until(ends('a:"end"'));
      assert(b.messages.length < 15_000, `${b.messages.length} were kept`);
      const heard = b.messages.slice(0, -1).map(numberOf);
      assertEquals(heard, heard.toSorted((x, y) => x - y));
    },
  );

  register(
    "[N5] nodes that come and go are seen by all, and by nobody themselves",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      const c = new Heard(await house.join("c"));
      await a.until(({ bus }) => bus.peers().length === 2);
      await b.until(({ bus }) => bus.peers().length === 2);
      await c.until(({ bus }) => bus.peers().length === 2);
      assertEquals(a.bus.peers(), ["b", "c"]);
      assertEquals(c.bus.peers(), ["a", "b"]);
      await c.bus.close();
      await a.until(({ bus }) => bus.peers().length === 1);
      await b.until(({ bus }) => bus.peers().length === 1);
      assertEquals(a.peers.at(-1), "b");
      assertEquals(c.bus.isAlive(), false);
      assertEquals(c.bus.peers(), []);
    },
  );

  register(
    "[N5] a node that dies without a word is gone when its lease has run out",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      house.kill("b");
      assertEquals(a.bus.peers(), ["b"]);
      await a.until(({ bus }) => bus.peers().length === 0);
      assertEquals(a.peers.at(-1), "");
      assert(!b.bus.isAlive(), "the dead one thinks that it lives");
    },
  );

  register(
    "[N6] a node that is cut off knows that it may be taken for dead",
    async (house) => {
      const [a, b] = await joined(house, ["a", "b"]);
      house.cut("b");
      await a.until(({ bus }) => bus.peers().length === 0);
      // Whoever sees it gone may take what it owned: it must have stopped by then.
      assert(!b.bus.isAlive(), "it thinks that it lives");
      await b.until(({ bus }) => bus.peers().length === 0);
      house.heal("b");
      await b.until(({ bus, lost }) => bus.isAlive() && lost > 0);
      await b.until(({ bus }) => bus.peers().length === 1);
    },
  );

  register(
    "[N6] a node that slept is not alive, and is told when it is again",
    async (house) => {
      const [, b] = await joined(house, ["a", "b"]);
      assert(b.bus.isAlive(), "it does not live");
      house.sleep("b");
      assert(!b.bus.isAlive(), "it thinks that nothing has happened");
      house.heal("b");
      await b.until(({ lost }) => lost > 0);
      assert(b.bus.isAlive(), "it is told before it lives again");
    },
  );
}

/** All of them, once each sees the others. */
async function joined(
  house: House,
  names: readonly string[],
): Promise<readonly Heard[]> {
  const nodes: Heard[] = [];
  for (const name of names) nodes.push(new Heard(await house.join(name)));
  for (const node of nodes) {
    await node.until(({ bus }) => bus.peers().length === names.length - 1);
  }
  return nodes;
}

/** What is behind the colon. */
function numberOf(line = ":0"): number {
  return Number(line.slice(line.indexOf(":") + 1));
}

function ends(line: string): (heard: Heard) => boolean {
  return ({ messages }) => messages.at(-1) === line;
}
