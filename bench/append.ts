/**
 * Durable appends at the log: writers that each await their commit before the next one.
 * Measures commit() from call to acknowledgement and how late the calling loop's timers run;
 * leaves out commands, HTTP and sockets. Options: --writers=64 --seconds=5 --bytes=200
 * --channels=64 --flush-delay-ms=0 --ids (a messageId on every commit), and
 * --database=postgres://… for the log in Postgres, in the database named, which must be empty.
 */
import type { Log } from "../realtime/log/log.ts";
import { openPostgresLog } from "../realtime/log/postgres.ts";
import { openSqliteLog } from "../realtime/log/sqlite.ts";
import { SILENT } from "../realtime/logger.ts";
import { openDatabase } from "../realtime/postgres/database.ts";

interface Settings {
  readonly writers: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly channels: number;
  readonly flushDelayMs: number;
  readonly ids: boolean;
}

const WARM_UP_SECONDS = 1;
const LAG_INTERVAL_MS = 5;

export async function run(args: readonly string[]): Promise<void> {
  const settings: Settings = {
    writers: numberOf(args, "writers", 64),
    seconds: numberOf(args, "seconds", 5),
    bytes: numberOf(args, "bytes", 200),
    channels: numberOf(args, "channels", 64),
    flushDelayMs: numberOf(args, "flush-delay-ms", 0),
    ids: args.includes("--ids"),
  };
  const database = textOf(args, "database");
  const { log, remove } = database === undefined
    ? await openSqlite(settings)
    : await openPostgres(database);
  try {
    await load(log, { ...settings, seconds: WARM_UP_SECONDS });
    const figures = await load(log, settings);
    console.log(
      `durable appends (${log.level}), ${settings.writers} writers, ${settings.bytes}-byte bodies, ${settings.channels} channels, flush delay ${settings.flushDelayMs} ms${
        settings.ids ? ", messageIds" : ""
      }`,
    );
    console.table(figures);
    const { ok, count } = await log.verify();
    console.log(`chain ${ok ? "verifies" : "IS BROKEN"} over ${count} entries`);
  } finally {
    await log.close();
    await remove();
  }
}

async function openSqlite({ flushDelayMs }: Settings) {
  const folder = await Deno.makeTempDir({ prefix: "append-" });
  const log = await openSqliteLog({ folder, views: [], flushDelayMs });
  return { log, remove: () => Deno.remove(folder, { recursive: true }) };
}

async function openPostgres(url: string) {
  const database = openDatabase(url, { logger: SILENT });
  const log = await openPostgresLog({ database, views: [], logger: SILENT });
  return { log, remove: () => database.close() };
}

async function load(log: Log, settings: Settings) {
  const latencies: number[] = [];
  const lags: number[] = [];
  let due = performance.now() + LAG_INTERVAL_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    lags.push(Math.max(0, now - due));
    due = now + LAG_INTERVAL_MS;
  }, LAG_INTERVAL_MS);
  // {"text":"…"} is 11 bytes around the text.
  const body = { text: "x".repeat(Math.max(0, settings.bytes - 11)) };
  const start = performance.now();
  const end = start + settings.seconds * 1_000;
  await Promise.all(
    Array.from({ length: settings.writers }, async (_, writer) => {
      const channel = `session:${writer % settings.channels}`;
      while (true) {
        const called = performance.now();
        if (called >= end) return;
        await log.commit({
          sender: `user-${writer}`,
          messageId: settings.ids ? crypto.randomUUID() : undefined,
          writes: [{
            channel,
            entries: [{
              type: "SESSION_UPDATE",
              v: 1,
              subject: "session",
              at: Date.now(),
              body,
            }],
          }],
        });
        latencies.push(performance.now() - called);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(timer);
  latencies.sort((a, b) => a - b);
  lags.sort((a, b) => a - b);
  return {
    "appends/s": Math.round(latencies.length / seconds),
    "p50 ms": at(latencies, 0.5),
    "p99 ms": at(latencies, 0.99),
    "longest ms": at(latencies, 1),
    "loop lag p99 ms": at(lags, 0.99),
    "loop lag longest ms": at(lags, 1),
  };
}

function at(sorted: readonly number[], share: number): number {
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return Math.round((sorted[index] ?? NaN) * 100) / 100;
}

function textOf(args: readonly string[], name: string): string | undefined {
  const prefix = `--${name}=`;
  return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
}

function numberOf(
  args: readonly string[],
  name: string,
  otherwise: number,
): number {
  const text = textOf(args, name);
  const value = text === undefined ? otherwise : Number(text);
  if (!(value >= 0)) {
    throw new RangeError(`Cannot run: --${name} must be a number, got ${text}`);
  }
  return value;
}

if (import.meta.main) await run(Deno.args);
