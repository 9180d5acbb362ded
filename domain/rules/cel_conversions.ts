/** The functions that turn a value of one kind into another: strictly, or not at all. */
import { finite } from "./cel_arithmetic.ts";
import { fail } from "./cel_fault.ts";
import {
  identity,
  number,
  ofNumber,
  ofStrings,
  type Overload,
} from "./cel_overload.ts";
import {
  Duration,
  parseDuration,
  parseTimestamp,
  quoted,
  Timestamp,
} from "./cel_time.ts";

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;

function parseNumber(value: string): number {
  if (!NUMBER.test(value)) fail(`Not a number: ${quoted(value)}`);
  return finite(Number(value));
}

function parseWhole(value: string): number {
  const parsed = parseNumber(value);
  if (!Number.isInteger(parsed)) fail(`Not a whole number: ${quoted(value)}`);
  return parsed;
}

function parseBoolean(value: string): boolean {
  switch (value) {
    case "true":
      return true;
    case "false":
      return false;
    default:
      return fail(`Not a boolean: ${quoted(value)}`);
  }
}

export const CONVERSIONS: readonly (readonly [string, readonly Overload[]])[] =
  [
    ["int", [
      ofNumber(Math.trunc),
      ofStrings(1, "number", (_, value) => parseWhole(value)),
      {
        takes: ["timestamp"],
        gives: "number",
        run: ([at]) =>
          at instanceof Timestamp ? Math.floor(at.ms / 1000) : fail("No time"),
      },
    ]],
    ["double", [
      identity("number"),
      ofStrings(1, "number", (_, value) => parseNumber(value)),
    ]],
    ["bool", [
      identity("bool"),
      ofStrings(1, "bool", (_, value) => parseBoolean(value)),
    ]],
    ["string", [
      identity("string"),
      { takes: ["number"], gives: "string", run: ([value]) => String(value) },
      { takes: ["bool"], gives: "string", run: ([value]) => String(value) },
      {
        takes: ["timestamp"],
        gives: "string",
        run: ([at]) => at instanceof Timestamp ? at.toJSON() : fail("No time"),
      },
      {
        takes: ["duration"],
        gives: "string",
        run: ([time]) =>
          time instanceof Duration ? time.toJSON() : fail("No time"),
      },
    ]],
    ["dyn", [{ takes: ["any"], gives: "any", run: ([value]) => value }]],
    ["timestamp", [
      identity("timestamp"),
      ofStrings(1, "timestamp", (_, value) => parseTimestamp(value)),
      {
        takes: ["number"],
        gives: "timestamp",
        run: ([seconds]) => new Timestamp(number(seconds) * 1000),
      },
    ]],
    ["duration", [
      identity("duration"),
      ofStrings(1, "duration", (_, value) => parseDuration(value)),
    ]],
  ];
