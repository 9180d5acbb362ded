/**
 * One decision table asked of one case after the other: rows of comparisons, rows of
 * expressions, and the same rows asked of the FEEL library itself. Measures matching, the
 * outputs and the trace; leaves out HTTP. Compiling and checking are measured once each.
 */
import { unaryTest } from "feelin";
import { checkTables } from "../domain/rules/tables/check.ts";
import type { DecisionTable } from "../domain/rules/tables/table.ts";
import { compileTables } from "../domain/rules/tables/tables.ts";

const DURATION_MS = 1_500;

interface Case {
  readonly name: string;
  readonly rows: number;
  /** The first cell of a row. */
  readonly cell: (row: number) => string;
  /** Ask the library, which reads every cell again each time. */
  readonly library?: boolean;
}

const comparison = (row: number) => `[${row}..${row + 10})`;
const expression = (row: number) => `? * 2 >= ${row * 2} and ? < ${row + 10}`;

const CASES: readonly Case[] = [
  { name: "1,000 rows of comparisons", rows: 1_000, cell: comparison },
  { name: "5,000 rows of comparisons", rows: 5_000, cell: comparison },
  { name: "1,000 rows of expressions", rows: 1_000, cell: expression },
  {
    name: "1,000 rows of comparisons, library alone",
    rows: 1_000,
    cell: comparison,
    library: true,
  },
];

/** Runs every case, or those whose name contains the first argument. */
export function run(args: readonly string[]): Promise<void> {
  const [wanted = ""] = args;
  for (const one of CASES.filter(({ name }) => name.includes(wanted))) {
    console.log(`decision_tables, ${one.name}: ${measure(one)}`);
  }
  return Promise.resolve();
}

function measure({ rows, cell, library }: Case): string {
  const table = tableOf(rows, cell);
  if (library) {
    return drive((facts) => askLibrary(table, facts));
  }
  const started = performance.now();
  const compiled = compileTables([table]);
  const compileMs = performance.now() - started;
  if (compiled.state === "refused") throw new Error("Cannot read the table");
  const asked = drive((facts) => compiled.evaluate(facts)[0].matched.length);
  const checking = performance.now();
  const { coverage: [{ complete }] } = checkTables([table]);
  const checkMs = performance.now() - checking;
  return `${asked}, compiled in ${compileMs.toFixed(0)} ms, checked in ${
    checkMs.toFixed(0)
  } ms (${complete ? "complete" : "in part"})`;
}

function tableOf(rows: number, cell: (row: number) => string): DecisionTable {
  return {
    hitPolicy: "C",
    inputs: [{ expression: "amount" }, { expression: "country" }],
    outputs: [{}],
    rules: Array.from({ length: rows }, (_, row) => ({
      in: [cell(row), row % 3 === 0 ? '"CH", "DE"' : 'not("FR")'],
      out: [`"answer ${row}"`],
    })),
  };
}

interface Facts {
  readonly [name: string]: unknown;
}

function drive(ask: (facts: Facts) => number): string {
  const latencies: number[] = [];
  const end = performance.now() + DURATION_MS;
  let matched = 0;
  for (let round = 0; performance.now() < end; round++) {
    const facts = { amount: round * 7 % 900 + 20, country: "CH" };
    const started = performance.now();
    matched += ask(facts);
    latencies.push(performance.now() - started);
  }
  // Every case matches the ten rows around its amount, so the work was really done.
  if (matched !== latencies.length * 10) {
    throw new Error(`Cannot trust the run: ${matched} matches`);
  }
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.floor(latencies.length * share)].toFixed(3);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

function askLibrary({ inputs, rules }: DecisionTable, facts: Facts): number {
  return rules.filter((rule) =>
    rule.in.every((cell, column) => {
      const value = facts[inputs[column].expression];
      return unaryTest(cell, { ...facts, "?": value }).value === true;
    })
  ).length;
}
