/** Points in time and lengths of time in CEL, to the millisecond, in UTC. */
import { fail } from "./cel_fault.ts";

/** CEL's range: the years 1 to 9999. */
const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

const DAY_MS = 86_400_000;

/** RFC 3339, as JSON carries times. */
const TIMESTAMP =
  /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const DURATION = /^-?(\d{1,15}(\.\d{1,9})?(ms|h|m|s)){1,8}$/;
const DURATION_PART = /(\d{1,15}(?:\.\d{1,9})?)(ms|h|m|s)/g;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

export class Timestamp {
  constructor(readonly ms: number) {
    if (!(ms >= FIRST_MS && ms <= LAST_MS)) {
      fail("A timestamp is within the years 1 to 9999");
    }
  }

  toJSON(): string {
    return new Date(this.ms).toISOString();
  }
}

export class Duration {
  constructor(readonly ms: number) {
    if (Math.abs(ms) > LAST_MS - FIRST_MS) {
      fail("A duration is at most 10,000 years");
    }
  }

  /** Seconds, as CEL writes it: `5400s`. */
  toJSON(): string {
    return `${this.ms / 1000}s`;
  }
}

/** @throws {CelFault} Unless it is RFC 3339: `2026-01-31T08:00:00Z`. */
export function parseTimestamp(text: string): Timestamp {
  const ms = TIMESTAMP.test(text) ? Date.parse(text.toUpperCase()) : NaN;
  if (Number.isNaN(ms) || !isCalendarDate(text)) {
    fail(`Not a timestamp: ${quoted(text)}, such as 2026-01-31T08:00:00Z`);
  }
  return new Timestamp(ms);
}

/** `Date.parse` takes 31 February for 3 March. */
function isCalendarDate(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** @throws {CelFault} Unless it is like `90s`, `1h30m`, `-1.5h`, `250ms`. */
export function parseDuration(text: string): Duration {
  if (!DURATION.test(text)) {
    fail(`Not a duration: ${quoted(text)}, such as 1h30m`);
  }
  let ms = 0;
  for (const [, count, unit] of text.matchAll(DURATION_PART)) {
    ms += Number(count) * UNIT_MS[unit];
  }
  return new Duration(text.startsWith("-") ? -ms : ms);
}

/** A text as an error shows it: short, however long it is. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** The parts of a timestamp, named and numbered as in CEL: months and days from 0. */
export const TIMESTAMP_PARTS: Readonly<
  Record<string, (date: Date) => number>
> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => {
    const yearStart = new Date(date);
    yearStart.setUTCMonth(0, 1);
    return Math.round((date.getTime() - yearStart.getTime()) / DAY_MS);
  },
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

/** A whole duration in one unit; milliseconds are those beyond the last second, as in CEL. */
export const DURATION_PARTS: Readonly<Record<string, (ms: number) => number>> =
  {
    getHours: (ms) => Math.trunc(ms / 3_600_000),
    getMinutes: (ms) => Math.trunc(ms / 60_000),
    getSeconds: (ms) => Math.trunc(ms / 1000),
    getMilliseconds: (ms) => Math.trunc(ms) % 1000,
  };
