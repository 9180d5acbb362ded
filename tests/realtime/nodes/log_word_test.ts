/** Word of new entries over the bus: who is told of what. */
import { assertEquals } from "@std/assert";
import { openPostgresLog } from "../../../realtime/log/postgres.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { BusWord } from "../../../realtime/nodes/log_word.ts";
import { MemoryExchange } from "../../../realtime/nodes/memory_bus.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { postgresTest } from "../../support/postgres.ts";
import { turn } from "../fake_time.ts";

function twoWords() {
  const exchange = new MemoryExchange();
  const [a, b] = ["a", "b"].map((node) => {
    const word = new BusWord();
    const heard: (number | undefined)[] = [];
    const stop = word.listen((seq) => heard.push(seq));
    return {
      word,
      heard,
      stop,
      attach: () => word.attach(exchange.join(node)),
    };
  });
  return { exchange, a, b };
}

Deno.test("[L6] word of an entry reaches the other nodes, and nobody before there is a bus", async () => {
  const { a, b } = twoWords();
  a.word.tell(1);
  a.attach();
  b.attach();
  a.word.tell(2);
  await turn();
  assertEquals([a.heard, b.heard], [[], [2]]);
  b.stop();
  a.word.tell(3);
  await turn();
  assertEquals(b.heard, [2]);
});

Deno.test("[L6] who may have lost word is told to look", () => {
  const { exchange, a, b } = twoWords();
  a.attach();
  b.attach();
  exchange.lose("b");
  assertEquals([a.heard, b.heard], [[], [undefined]]);
});

postgresTest(
  "[L6] a log with a word of its own tells every commit by it, and looks when told",
  async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    const told: number[] = [];
    let onWord: (seq?: number) => void = () => {};
    const word = {
      tell: (seq: number) => void told.push(seq),
      listen: (listener: (seq?: number) => void) => {
        onWord = listener;
        return () => void told.push(-1);
      },
    };
    // No notifications: one that listened for them all the same would be found out.
    const listen = () => {
      throw new Error("it listens for notifications");
    };
    const log = await openPostgresLog({
      database: { ...database, listen },
      views: [],
      logger: SILENT,
      word,
    });
    const write = { channel: "session:a", entries: [entry] };
    await log.commit({ writes: [write], sender: "u" });
    await log.commit({
      writes: [{ ...write, entries: [entry, entry] }],
      sender: "u",
    });
    onWord(3);
    onWord();
    await log.close();
    assertEquals(told, [1, 3, -1]);
    await database.close();
  },
);

const entry = { type: "NOTE", v: 1, subject: "note", at: 0, body: null };
