/** The methods of expressions: of strings, lists, timestamps and durations. */
import { finite, MAX_STRING_LENGTH } from "./cel_arithmetic.ts";
import { fail } from "./cel_fault.ts";
import { list, ofStrings, type Overload, pay, text } from "./cel_overload.ts";
import {
  Duration,
  DURATION_PARTS,
  Timestamp,
  TIMESTAMP_PARTS,
} from "./cel_time.ts";
import { ELEMENTS_PER_STEP, spend } from "./cel_values.ts";

export const METHODS: ReadonlyMap<string, readonly Overload[]> = new Map<
  string,
  readonly Overload[]
>([
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
