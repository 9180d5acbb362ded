/** The board of active alerts: the same as the view, whatever happens and however much. */
import { assertEquals } from "@std/assert";
import { hasRole } from "../../domain/access.ts";
import { alertCommands } from "../../domain/alerts/alert_commands.ts";
import { Commands } from "../../realtime/commands.ts";
import type { Log } from "../../realtime/log/log.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import { AlertBoard } from "../../routes/alert_board.ts";

const ADA = { userId: "ada", name: "Ada", roles: ["admin"] };

function boardFixture(
  wrap: (log: Log) => Pick<Log, "query" | "feed"> = (l) => l,
) {
  const log = createMemoryLog();
  let now = 1_000;
  const commands = new Commands({
    log,
    declarations: alertCommands,
    authorize: hasRole,
    clock: () => now++,
  });
  const board = new AlertBoard(wrap(log));
  return {
    board,
    run: (name: string, input: object) =>
      commands.execute(name, input, { user: ADA }),
    raise: (id: string, severity = "medium") =>
      commands.execute(
        "raise_alert",
        { id, severity, title: id },
        { user: ADA },
      ),
    ids: async () => (await board.active()).map(({ alertId }) => alertId),
    [Symbol.dispose]: () => {
      board.close();
      commands.close();
    },
  };
}

Deno.test("[AL13] the board follows what is raised, changed and resolved", async () => {
  using f = boardFixture();
  await f.raise("a");
  assertEquals(await f.ids(), ["a"]);
  await f.raise("b", "critical");
  await f.raise("c");
  assertEquals(await f.ids(), ["b", "c", "a"]);
  await f.run("acknowledge_alert", { alertId: "c" });
  assertEquals((await f.board.active())[1].status, "acknowledged");
  await f.run("resolve_alert", { alertId: "b" });
  assertEquals(await f.ids(), ["c", "a"]);
});

Deno.test("[AL13] many changes at once are read as a whole, more pages than one too", async () => {
  using f = boardFixture();
  assertEquals(await f.ids(), []);
  await Promise.all(Array.from({ length: 620 }, (_, n) => f.raise(`a${n}`)));
  assertEquals((await f.ids()).length, 620);
});

Deno.test("[AL13] a store that could not be read is read again, and nothing is lost", async () => {
  let fails = 0;
  using f = boardFixture((log) => ({
    feed: (...args) => log.feed(...args),
    query: (...args) =>
      fails-- > 0 ? Promise.reject(new Error("away")) : log.query(...args),
  }));
  await f.raise("a");
  fails = 1;
  assertEquals(await f.ids().catch(({ message }) => message), "away");
  assertEquals(await f.ids(), ["a"]);
  await f.run("resolve_alert", { alertId: "a" });
  fails = 1;
  assertEquals(await f.ids().catch(({ message }) => message), "away");
  assertEquals(await f.ids(), []);
});
