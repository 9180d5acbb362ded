/** The lines that are kept for those who look: how many, and how long. */
import { assertEquals } from "@std/assert";
import { configureLogging } from "../../logging.ts";
import { RecentLines } from "../../realtime/recent_lines.ts";

Deno.test("[OP9] the last two hundred are kept, and the details of each are bounded", () => {
  const lines = new RecentLines();
  for (let n = 1; n <= 250; n++) {
    const detail = "x".repeat(n === 250 ? 10_000 : 1);
    lines.add({ at: n, level: "WARN", category: "a", message: `${n}`, detail });
  }
  const kept = lines.newest();
  assertEquals([kept.length, kept[0].number, kept.at(-1)?.number], [
    200,
    250,
    51,
  ]);
  assertEquals(kept[0].detail.length, 4_001);
  assertEquals(lines.count, 250);
});

Deno.test("[OP9] logging keeps warnings and errors with secrets removed, and nothing below", () => {
  const { logger, recent } = configureLogging({
    level: "DEBUG",
    format: "json",
    write: () => {},
  });
  const http = logger("http");
  http.info("fine");
  http.warn("slow, ticket=abc", { token: "abc", path: "/" });
  logger("due").error("broken");
  assertEquals(
    recent.newest().map(({ level, category, message }) => [
      level,
      category,
      message,
    ]),
    [["ERROR", "due", "broken"], ["WARN", "http", "slow, ticket=[redacted]"]],
  );
  assertEquals(JSON.parse(recent.newest("http")[0].detail), {
    token: "[redacted]",
    path: "/",
  });
});
