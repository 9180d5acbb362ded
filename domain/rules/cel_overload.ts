/** One way of calling a function: what it takes, what it gives; and short ways of writing one down. */
import { finite } from "./cel_arithmetic.ts";
import { fail } from "./cel_fault.ts";
import {
  type Budget,
  CHARACTERS_PER_STEP,
  type Kind,
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

/** Whether a call with so many arguments fits an overload. */
export function takesCount({ takes, rest }: Overload, count: number): boolean {
  return rest ? count >= takes.length : count === takes.length;
}

/** The kind that the argument at a position must be of. */
export function takenAt({ takes }: Overload, index: number): Takes {
  return takes[Math.min(index, takes.length - 1)];
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : fail("Not a string");
}

export function number(value: unknown): number {
  return typeof value === "number" ? value : fail("Not a number");
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : fail("Not a list");
}

/** Work on strings is paid for by their length. */
export function pay(budget: Budget, texts: readonly string[]): void {
  const length = texts.reduce((sum, { length }) => sum + length, 0);
  spend(budget, Math.ceil(length / CHARACTERS_PER_STEP));
}

export function ofStrings(
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

export function ofNumber(run: (value: number) => number): Overload {
  return {
    takes: ["number"],
    gives: "number",
    run: ([value]) => finite(run(number(value))),
  };
}

/** Of several numbers, or of a list of them. */
export function ofNumbers(
  run: (values: readonly number[]) => number,
): Overload[] {
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

export function identity(kind: Kind): Overload {
  return { takes: [kind], gives: kind, run: ([value]) => value };
}
