/** The functions of expressions: CEL's own, and the few that people miss. docs/rules.md lists them. */
import { finite, MAX_STRING_LENGTH } from "./cel_arithmetic.ts";
import { fail } from "./cel_fault.ts";
import {
  Duration,
  DURATION_PARTS,
  parseDuration,
  parseTimestamp,
  quoted,
  Timestamp,
  TIMESTAMP_PARTS,
} from "./cel_time.ts";
import {
  type Budget,
  CHARACTERS_PER_STEP,
  ELEMENTS_PER_STEP,
  isMap,
  keysOf,
  type Kind,
  kindName,
  kindOf,
  spend,
} from "./cel_values.ts";

/** What a parameter takes or a function gives; `any` is told at the evaluation. */
export type Takes = Kind | "any";

export interface Overload {
  /** What stands before the dot of a method comes first. */
  readonly takes: readonly Takes[];
  /** More values of the last kind may follow. */
  readonly rest?: true;
  readonly gives: Takes;
  run(args: readonly unknown[], budget: Budget): unknown;
}

/** The overloads of a function, or of a method; undefined where there is none. */
export function overloadsOf(
  name: string,
  method: boolean,
): readonly Overload[] | undefined {
  return (method ? METHODS : FUNCTIONS).get(name);
}

/** Whether a call with so many arguments fits an overload. */
export function takesCount({ takes, rest }: Overload, count: number): boolean {
  return rest ? count >= takes.length : count === takes.length;
}

/** The kind that the argument at a position must be of. */
export function takenAt({ takes }: Overload, index: number): Takes {
  return takes[Math.min(index, takes.length - 1)];
}

/**
 * Runs the first overload that takes these arguments.
 *
 * @throws {CelFault} When none does.
 */
export function call(
  name: string,
  { overloads, args }: {
    readonly overloads: readonly Overload[];
    readonly args: readonly unknown[];
  },
  budget: Budget,
): unknown {
  for (const overload of overloads) {
    const fits = args.every((arg, index) => {
      const taken = takenAt(overload, index);
      return taken === "any" || taken === kindOf(arg);
    });
    if (fits) return overload.run(args, budget);
  }
  return fail(`${name}() does not take ${args.map(kindName).join(" and ")}`);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : fail("Not a string");
}

function number(value: unknown): number {
  return typeof value === "number" ? value : fail("Not a number");
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : fail("Not a list");
}

/** Work on strings is paid for by their length. */
function pay(budget: Budget, texts: readonly string[]): void {
  const length = texts.reduce((sum, { length }) => sum + length, 0);
  spend(budget, Math.ceil(length / CHARACTERS_PER_STEP));
}

function ofStrings(
  count: number,
  gives: Kind,
  run: (budget: Budget, ...texts: string[]) => unknown,
): Overload {
  return {
    takes: Array.from({ length: count }, () => "string" as const),
    gives,
    run: (args, budget) => {
      const texts = args.map(text);
      pay(budget, texts);
      return run(budget, ...texts);
    },
  };
}

function ofNumber(run: (value: number) => number): Overload {
  return {
    takes: ["number"],
    gives: "number",
    run: ([value]) => finite(run(number(value))),
  };
}

/** Of several numbers, or of a list of them. */
function ofNumbers(run: (values: readonly number[]) => number): Overload[] {
  const over = (values: readonly unknown[], budget: Budget) => {
    spend(budget, values.length);
    return finite(run(values.map(number)));
  };
  return [
    {
      takes: ["list"],
      gives: "number",
      run: ([values], budget) => over(list(values), budget),
    },
    { takes: ["number"], rest: true, gives: "number", run: over },
  ];
}

function identity(kind: Kind): Overload {
  return { takes: [kind], gives: kind, run: ([value]) => value };
}

function least(values: readonly number[]): number {
  return values.reduce(
    (a, b) => Math.min(a, b),
    values[0] ?? fail("min() of an empty list"),
  );
}

function greatest(values: readonly number[]): number {
  return values.reduce(
    (a, b) => Math.max(a, b),
    values[0] ?? fail("max() of an empty list"),
  );
}

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

/** Characters as people count them: a code point is one, as in CEL. */
function countCharacters(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}

const SIZES: readonly Overload[] = [
  ofStrings(1, "number", (_, value) => countCharacters(value)),
  { takes: ["list"], gives: "number", run: ([items]) => list(items).length },
  {
    takes: ["map"],
    gives: "number",
    run: ([map], budget) =>
      isMap(map) ? keysOf(map, budget).length : fail("Not a map"),
  },
];

const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = new Map<
  string,
  readonly Overload[]
>([
  ["size", SIZES],
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
  ["abs", [ofNumber(Math.abs)]],
  ["floor", [ofNumber(Math.floor)]],
  ["ceil", [ofNumber(Math.ceil)]],
  // Halves go away from zero, as on paper; Math.round takes -2.5 to -2.
  ["round", [
    ofNumber((value) => Math.sign(value) * Math.round(Math.abs(value))),
  ]],
  ["min", ofNumbers(least)],
  ["max", ofNumbers(greatest)],
  ["sum", ofNumbers((values) => values.reduce((a, b) => a + b, 0))],
]);

const METHODS: ReadonlyMap<string, readonly Overload[]> = new Map<
  string,
  readonly Overload[]
>([
  ["size", SIZES],
  ["contains", [
    ofStrings(2, "bool", (_, value, part) => value.includes(part)),
  ]],
  ["startsWith", [
    ofStrings(2, "bool", (_, value, part) => value.startsWith(part)),
  ]],
  ["endsWith", [
    ofStrings(2, "bool", (_, value, part) => value.endsWith(part)),
  ]],
  ["lowerAscii", [
    ofStrings(1, "string", (_, value) => mapAscii(value, "lower")),
  ]],
  ["upperAscii", [
    ofStrings(1, "string", (_, value) => mapAscii(value, "upper")),
  ]],
  ["trim", [ofStrings(1, "string", (_, value) => value.trim())]],
  ["indexOf", [
    ofStrings(2, "number", (_, value, part) => value.indexOf(part)),
  ]],
  ["split", [
    ofStrings(2, "list", (budget, value, by) => {
      const parts = value.split(by);
      spend(budget, parts.length);
      return parts;
    }),
  ]],
  ["join", [{
    takes: ["list", "string"],
    gives: "string",
    run: ([items, by], budget) => {
      const all = list(items);
      spend(budget, Math.ceil(all.length / ELEMENTS_PER_STEP));
      const texts = all.map(text);
      const separator = text(by);
      pay(budget, texts);
      const length = texts.reduce(
        (sum, { length }) => sum + length + separator.length,
        -separator.length,
      );
      if (length > MAX_STRING_LENGTH) {
        fail(`A string has at most ${MAX_STRING_LENGTH} characters`);
      }
      return texts.join(separator);
    },
  }]],
  ...timeParts(),
]);

/** Letters of ASCII only: no language changes a country code. */
function mapAscii(value: string, to: "lower" | "upper"): string {
  return to === "lower"
    ? value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : value.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function timeParts(): [string, readonly Overload[]][] {
  return Object.entries(TIMESTAMP_PARTS).map(([name, part]) => {
    const ofTimestamp: Overload = {
      takes: ["timestamp"],
      gives: "number",
      run: ([at]) =>
        at instanceof Timestamp ? part(new Date(at.ms)) : fail("No time"),
    };
    if (!Object.hasOwn(DURATION_PARTS, name)) return [name, [ofTimestamp]];
    const whole = DURATION_PARTS[name];
    const ofDuration: Overload = {
      takes: ["duration"],
      gives: "number",
      run: ([time]) =>
        time instanceof Duration ? finite(whole(time.ms)) : fail("No time"),
    };
    return [name, [ofTimestamp, ofDuration]];
  });
}
