/** Reads `--name value` options of a benchmark: whole numbers with defaults, nothing else. */
import { parseArgs } from "node:util";

/** @throws {Error} On an unknown option or a value that is not a whole number above 0. */
export function readOptions<Name extends string>(
  args: string[],
  defaults: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(defaults);
  const { values } = parseArgs({
    args,
    options: Object.fromEntries(
      names.map((name) => [name, { type: "string" as const }]),
    ),
  });
  const options: Record<Name, number> = { ...defaults };
  for (const name in options) {
    const value = values[name];
    if (value === undefined) continue;
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1) {
      throw new Error(
        `Cannot run with --${name}: a whole number above 0 is due, got ${value}`,
      );
    }
    options[name] = number;
  }
  return options;
}
