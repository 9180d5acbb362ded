/** Rule L7 under kill -9: nothing acknowledged is lost, nothing is there twice. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { textOf } from "./log_contract.ts";

/** Acknowledgements before each kill; drawn once and for all, so that a failure comes back. */
const KILLED_AFTER = fc.sample(fc.integer({ min: 50, max: 1_050 }), {
  seed: 7,
  numRuns: 5,
});

Deno.test("[L7] five kills among 20 writers lose no acknowledgement and repeat none", async () => {
  const folder = await Deno.makeTempDir();
  const acknowledged = new Map<string, string>();
  for (const [round, atLeast] of KILLED_AFTER.entries()) {
    for (const line of await killAfter(folder, round, atLeast)) {
      const [channel, offset, messageId] = line.split(" ");
      assert(
        !acknowledged.has(messageId),
        `${messageId} was acknowledged twice`,
      );
      acknowledged.set(messageId, `${channel} ${offset}`);
    }
  }

  const log = await openSqliteLog({ folder, views: [] });
  const kept = new Map<string, string>();
  for (let i = 0; i < 4; i++) {
    const channel = `session:${i}`;
    const entries = await log.read(channel, 0, 1_000_000);
    assertEquals(
      entries.map((entry) => entry.offset),
      entries.map((_, i) => i + 1),
    );
    for (const entry of entries) {
      const text = textOf(entry);
      assertEquals(entry.messageId, text);
      assert(!kept.has(text), `${text} is there twice`);
      kept.set(text, `${channel} ${entry.offset}`);
    }
  }
  const lost = [...acknowledged].filter(([id, place]) =>
    kept.get(id) !== place
  );
  assertEquals(lost, []);
  assertEquals(await log.verify(), { ok: true, count: kept.size, channels: 4 });
  await log.close();
  await Deno.remove(folder, { recursive: true });
});

/** Starts the child, kills it after so many acknowledgements, and returns all it printed. */
async function killAfter(
  folder: string,
  round: number,
  atLeast: number,
): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      import.meta.resolve("./kill_child.ts"),
      folder,
      `${round}`,
    ],
    stdout: "piped",
  }).spawn();
  let text = "";
  let count = 0;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    count += chunk.split("\n").length - 1;
    if (count >= atLeast) {
      count = -Infinity;
      child.kill("SIGKILL");
    }
  }
  const { signal } = await child.status;
  assertEquals(signal, "SIGKILL");
  // The last line may be half a line.
  return text.split("\n").slice(0, -1);
}
