/** The log lines: levels and categories of logtape, as JSON or for people, secrets removed. */
import { configureSync, getLogger, type LogRecord } from "@logtape/logtape";
import type { Logger } from "./realtime/logger.ts";
import { RecentLines } from "./realtime/recent_lines.ts";

export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";

export interface LoggingOptions {
  readonly level: LogLevel;
  readonly format: "json" | "pretty";
  /** Takes one line without its end. @default standard error */
  readonly write?: (line: string) => void;
}

/** Lines written at each of the two levels that someone should look at. */
export interface LogCounts {
  warnings: number;
  errors: number;
  /** Lines that could not be written; they are lost, the process goes on. */
  lost: number;
}

export interface Logging {
  /** A logger of one category below `regulens`, e.g. `http`. */
  logger(category: string): Logger;
  readonly counts: Readonly<LogCounts>;
  /** The last lines at WARN and above. */
  readonly recent: RecentLines;
}

const SECRET_KEY =
  /authorization|cookie|ticket|token|secret|passw|credential|api-?key/i;
const REDACTED = "[redacted]";
/** Deeper than this a property is cut: a log line is no dump. */
const MAX_DEPTH = 6;

/** Sets up logtape for the process; calling it again replaces what was. */
export function configureLogging(options: LoggingOptions): Logging {
  const { level, format, write = writeToStderr } = options;
  const counts: LogCounts = { warnings: 0, errors: 0, lost: 0 };
  const recent = new RecentLines();
  const encode = format === "json" ? jsonLine : prettyLine;
  const sink = (record: LogRecord) => {
    if (record.level === "warning") counts.warnings++;
    if (record.level === "error" || record.level === "fatal") counts.errors++;
    try {
      const level = levelOf(record);
      if (level === "WARN" || level === "ERROR") {
        recent.add(recentOf(record, level));
      }
      write(encode(record));
    } catch {
      // A closed pipe or a full disk must not end what the lines are about.
      counts.lost++;
    }
  };
  configureSync({
    reset: true,
    sinks: { lines: sink },
    loggers: [
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
      { category: "regulens", lowestLevel: LOWEST[level], sinks: ["lines"] },
    ],
  });
  return { logger: (category) => loggerOf(category), counts, recent };
}

const LOWEST = {
  DEBUG: "debug",
  INFO: "info",
  WARN: "warning",
  ERROR: "error",
} as const;

/** A copy of `value` for a log line: no secrets, no cycles, errors with their stack. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[deeper]";
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return redact(
      { name, message, stack, ...(cause === undefined ? {} : { cause }) },
      depth,
    );
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) ? REDACTED : redact(item, depth + 1),
    ]),
  );
}

/** Tickets travel in URLs and tokens in headers, so both turn up inside other text. */
function redactText(text: string): string {
  return text
    .replace(/\b(ticket|token|secret|password)=[^&\s"#]*/gi, `$1=${REDACTED}`)
    .replace(/\bBearer\s+[^\s"]+/gi, `Bearer ${REDACTED}`)
    .replace(/\b(?:__Host-)?regulens=[^;\s"]+/g, `regulens=${REDACTED}`);
}

function loggerOf(category: string): Logger {
  const logger = getLogger(["regulens", category]);
  return {
    debug: (message, properties) => logger.debug(message, properties ?? {}),
    info: (message, properties) => logger.info(message, properties ?? {}),
    warn: (message, properties) => logger.warn(message, properties ?? {}),
    error: (message, properties) => logger.error(message, properties ?? {}),
  };
}

function recentOf(record: LogRecord, level: "WARN" | "ERROR") {
  const properties: object = Object(redact(record.properties));
  return {
    at: record.timestamp,
    level,
    category: categoryOf(record),
    message: messageOf(record),
    detail: Object.keys(properties).length === 0
      ? ""
      : JSON.stringify(properties, null, 1),
  };
}

/** Without the program's own name. */
function categoryOf({ category }: LogRecord): string {
  return category.slice(1).join(".") || category[0];
}

function jsonLine(record: LogRecord): string {
  return JSON.stringify({
    at: new Date(record.timestamp).toISOString(),
    level: levelOf(record),
    category: record.category.join("."),
    message: messageOf(record),
    ...Object(redact(record.properties)),
  });
}

function prettyLine(record: LogRecord): string {
  const time = new Date(record.timestamp).toISOString().slice(11, 23);
  const category = categoryOf(record);
  const properties = Object.entries(Object(redact(record.properties)))
    .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`).join("");
  const level = levelOf(record).padEnd(5);
  return `${time} ${level} ${category} ${messageOf(record)}${properties}`;
}

function messageOf(record: LogRecord): string {
  const text = record.message.map((part) =>
    typeof part === "string" ? part : JSON.stringify(redact(part))
  ).join("");
  // A line break in a message would let a caller forge a line.
  return redactText(text).replace(
    /\p{Cc}/gu,
    (character) => JSON.stringify(character).slice(1, -1),
  );
}

function levelOf(record: LogRecord): LogLevel {
  switch (record.level) {
    case "trace":
    case "debug":
      return "DEBUG";
    case "info":
      return "INFO";
    case "warning":
      return "WARN";
    default:
      return "ERROR";
  }
}

function writeToStderr(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
