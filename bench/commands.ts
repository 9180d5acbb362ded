/**
 * Commands per second on one channel: 64 callers post messages into one session, each after
 * its own answer. Measures parse, decide, fold and commit; leaves out sockets and HTTP.
 */
import { hasRole } from "../domain/access.ts";
import { sessionCommands } from "../domain/sessions/commands.ts";
import { Commands } from "../realtime/commands.ts";
import type { Log } from "../realtime/log/log.ts";
import { createMemoryLog } from "../realtime/log/memory.ts";
import { openSqliteLog } from "../realtime/log/sqlite.ts";

const CALLERS = 64;
const WARM_UP_MS = 500;
const DURATION_MS = 3000;

interface Case {
  readonly name: string;
  readonly flushDelayMs?: number;
  readonly memory?: boolean;
  /** Each command carries a messageId, so that each is looked up before deciding. */
  readonly messageIds?: boolean;
}

const CASES: readonly Case[] = [
  { name: "memory", memory: true },
  { name: "sqlite" },
  { name: "sqlite, with messageIds", messageIds: true },
  { name: "sqlite, flush of 8 ms", flushDelayMs: 8 },
];

/** Runs every case, or those whose name contains the first argument. */
export async function run(args: readonly string[]): Promise<void> {
  const [wanted = ""] = args;
  for (const one of CASES.filter(({ name }) => name.includes(wanted))) {
    const { perSecond, p50Ms, p99Ms, verified } = await measure(one);
    console.log(
      `commands, ${one.name}: ${
        perSecond.toFixed(0)
      }/s with ${CALLERS} callers, ` +
        `p50 ${p50Ms.toFixed(2)} ms, p99 ${
          p99Ms.toFixed(2)
        } ms, ${verified} entries kept and verified`,
    );
  }
}

async function measure({ flushDelayMs, memory, messageIds }: Case) {
  const folder = await Deno.makeTempDir({ prefix: "regulens-bench-" });
  const log: Log = memory
    ? createMemoryLog()
    : await openSqliteLog({ folder, views: [], flushDelayMs });
  const commands = new Commands({
    log,
    declarations: sessionCommands,
    authorize: hasRole,
  });
  try {
    const user = { userId: "ann", name: "Ann", roles: ["facilitator"] };
    const sessionId = "bench";
    await commands.execute("open_session", { id: sessionId, title: "Bench" }, {
      user,
    });
    const post = () =>
      commands.execute("post_message", { sessionId, text: "x".repeat(120) }, {
        user,
        messageId: messageIds ? crypto.randomUUID() : undefined,
      });
    const warm = await drive(post, WARM_UP_MS);
    const latencies = await drive(post, DURATION_MS);
    // The number only counts when all that was answered is really there.
    const { ok, count } = await log.verify();
    const expected = 1 + warm.length + latencies.length;
    if (!ok || count !== expected) {
      throw new Error(`Cannot trust the run: ${count} kept of ${expected}`);
    }
    latencies.sort();
    return {
      perSecond: latencies.length / DURATION_MS * 1000,
      p50Ms: latencies[Math.floor(latencies.length * 0.5)],
      p99Ms: latencies[Math.floor(latencies.length * 0.99)],
      verified: count,
    };
  } finally {
    commands.close();
    await log.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Latencies in ms of all calls that start within the duration. */
async function drive(
  call: () => Promise<unknown>,
  durationMs: number,
): Promise<Float64Array> {
  const latencies: number[] = [];
  const end = performance.now() + durationMs;
  const caller = async () => {
    for (let at = performance.now(); at < end; at = performance.now()) {
      await call();
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return Float64Array.from(latencies);
}

if (import.meta.main) await run(Deno.args);
