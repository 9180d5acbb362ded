/** For the due tests: a log in memory, commands that delete their rows, and a turned clock. */
import { Due } from "../../realtime/due.ts";
import type { IndexRow, Log, Query, Rows } from "../../realtime/log/log.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import type { Logger } from "../../realtime/logger.ts";
import { FakeTime, START, turn } from "./fake_time.ts";

export interface Fired {
  readonly name: string;
  readonly input: unknown;
  readonly messageId: string;
  /** ms since START, by the wall clock. */
  readonly at: number;
}

export interface DueTestOptions {
  /** Called instead of deleting the row; throws or rejects for a no. */
  readonly execute?: (fired: Fired) => unknown;
  /** @default a new one */
  readonly log?: Log;
  /** @default the log's own */
  readonly query?: (query: Query) => Promise<Rows>;
}

/** Times are in ms since START. Command `done` with input `{key}` deletes that row. */
export function createDueTest(options: DueTestOptions = {}) {
  const time = new FakeTime();
  const log = options.log ?? createMemoryLog();
  const fired: Fired[] = [];
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const logger: Logger = { debug: say, info: say, warn: say, error: say };
  const counts = { queries: 0 };

  async function commit(index: readonly IndexRow[], messageId?: string) {
    const entry = { type: "T", v: 1, subject: "s", at: 0, body: {} };
    return await log.commit({
      writes: [{ channel: "session:s", entries: [entry] }],
      index,
      sender: "system",
      messageId,
    });
  }

  const due = new Due({
    log: {
      query: (view, query = {}) => {
        counts.queries++;
        return options.query?.(query) ?? log.query(view, query);
      },
      feed: (...args) => log.feed(...args),
    },
    execute: async (name, input, { messageId }) => {
      const one = { name, input, messageId, at: time.now() - START };
      fired.push(one);
      if (options.execute) return await options.execute(one);
      await remove(keyOf(input));
    },
    clock: time,
    logger,
    after: time.after,
    random: () => 0,
  });

  /** Writes a row that falls due at this time. */
  const add = (key: string, at: number, data?: IndexRow["data"]) =>
    commit([{
      view: "due",
      key,
      sort: START + at,
      data: data ?? { command: "done", input: { key } },
    }]);
  const remove = (key: string) => commit([{ view: "due", key, data: null }]);

  return {
    due,
    time,
    log,
    fired,
    said,
    counts,
    add,
    remove,
    commit,
    /** Starts, and lets the first look happen. */
    async start() {
      due.start();
      await time.advance(0);
    },
    async stop() {
      await due.close();
      await log.close();
    },
  };
}

export function keyOf(input: unknown): string {
  if (typeof input === "object" && input !== null && "key" in input) {
    return String(input.key);
  }
  throw new TypeError("a row of another test");
}

export { START, turn };
