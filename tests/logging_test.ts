/** Log lines: levels, categories, both formats, and what never gets into one. */
import { assertEquals } from "@std/assert";
import { configureLogging, type LoggingOptions } from "../logging.ts";

function logging(options: Partial<LoggingOptions> = {}) {
  const lines: string[] = [];
  const { logger, counts } = configureLogging({
    level: "DEBUG",
    format: "json",
    write: (line) => void lines.push(line),
    ...options,
  });
  return { lines, logger, counts };
}

Deno.test("[G1] a JSON line names time, level, category, message and properties", () => {
  const { lines, logger } = logging();
  logger("socket").info("closing", { connectionId: "c1", userId: "ana" });
  const { at, ...line } = JSON.parse(lines[0]);
  assertEquals(new Date(at).toISOString(), at);
  assertEquals(line, {
    level: "INFO",
    category: "regulens.socket",
    message: "closing",
    connectionId: "c1",
    userId: "ana",
  });
});

Deno.test("[G1] a line for people is one line, whatever is in it", () => {
  const { lines, logger } = logging({ format: "pretty" });
  logger("http").warn("odd\nname", { name: "a\nb" });
  assertEquals(
    lines[0].replace(/^\S+/, "TIME"),
    'TIME WARN  http odd\\nname name="a\\nb"',
  );
});

Deno.test("[G2] the four levels, and nothing below the one that is set", () => {
  const { lines, logger, counts } = logging({ level: "WARN" });
  const log = logger("log");
  log.debug("1");
  log.info("2");
  log.warn("3");
  log.error("4");
  assertEquals(lines.map((line) => JSON.parse(line).level), ["WARN", "ERROR"]);
  assertEquals(counts, { warnings: 1, errors: 1, lost: 0 });
});

Deno.test("[G3] secrets are removed from properties at any depth", () => {
  const { lines, logger } = logging();
  logger("http").info("in", {
    authorization: "Bearer hunter2",
    headers: { Cookie: "hunter2", "set-cookie": ["hunter2"], accept: "*/*" },
    ticket: "hunter2",
    apiToken: "hunter2",
    secret: "hunter2",
    password: "hunter2",
    url: "http://x/ws?ticket=hunter2&a=1",
    note: "sent Bearer hunter2 and regulens=hunter2",
    error: new Error("GET /ws?ticket=hunter2 failed"),
  });
  assertEquals(lines[0].includes("hunter2"), false);
  const line = JSON.parse(lines[0]);
  assertEquals(line.headers.accept, "*/*");
  assertEquals(line.url, "http://x/ws?ticket=[redacted]&a=1");
  assertEquals(line.error.name, "Error");
});

Deno.test("[G4] a line that cannot be written is counted, not thrown", () => {
  const { logger, counts } = logging({
    write: () => {
      throw new Error("broken pipe");
    },
  });
  logger("http").error("lost");
  assertEquals(counts, { warnings: 0, errors: 1, lost: 1 });
});

Deno.test("[G4] a property that holds itself is cut", () => {
  const { lines, logger, counts } = logging();
  const ring: Record<string, unknown> = { size: 7n };
  ring.self = ring;
  logger("http").info("ring", { ring });
  assertEquals(lines.length, 1);
  assertEquals(counts.lost, 0);
  assertEquals(JSON.parse(lines[0]).ring.size, "7");
});
