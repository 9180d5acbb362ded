/** A storage thread that dies: nothing is acknowledged any more, and whoever runs the log is told. */
import { assertEquals, assertRejects } from "@std/assert";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { notes } from "./log_contract.ts";

Deno.test("[L10] a writer that dies refuses what waits, is told of once, and loses nothing acknowledged", async () => {
  const folder = await Deno.makeTempDir();
  const RealWorker = globalThis.Worker;
  const workers: Worker[] = [];
  globalThis.Worker = class extends RealWorker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      workers.push(this);
    }
  };
  try {
    const lost: string[] = [];
    const onLost = (reason: string) => lost.push(reason);
    const log = await openSqliteLog({ folder, views: [], onLost });
    await log.commit(notes("a", ["kept"]));
    const [writer] = workers;
    const waiting = log.commit(notes("a", ["under way"]));
    writer.dispatchEvent(
      new ErrorEvent("error", { message: "out of memory", cancelable: true }),
    );
    await assertRejects(() => waiting, LogUnavailable, "out of memory");
    await assertRejects(
      () => log.commit(notes("a", ["later"])),
      LogUnavailable,
    );
    assertEquals(lost, ["the thread that holds it failed: out of memory"]);
    assertEquals(log.writable(), false);
    assertEquals((await log.read("a", 0, 9)).length >= 1, true, "reads go on");
    await log.close();
    assertEquals(lost.length, 1, "an end in order is no loss");

    const again = await openSqliteLog({ folder, views: [] });
    const texts = (await again.read("a", 0, 9)).map(({ bodyText }) =>
      JSON.parse(bodyText!).text
    );
    await again.close();
    assertEquals(texts[0], "kept");
    assertEquals(texts.includes("later"), false);
  } finally {
    globalThis.Worker = RealWorker;
    await Deno.remove(folder, { recursive: true });
  }
});
