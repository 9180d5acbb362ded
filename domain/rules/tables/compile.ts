/** A table compiled once: every cell read, every mistake in it named with its place. */
import {
  type Cell,
  compileCell,
  compileExpression,
  type Source,
} from "./feel/cell.ts";
import { CannotRead } from "./feel/cannot.ts";
import type { Evaluate, Reads } from "./feel/compiled.ts";
import { canonicalName } from "./feel/syntax.ts";
import { HIT_POLICIES, type HitPolicy, readHitPolicy } from "./hit_policy.ts";
import {
  type DecisionTable,
  MAX_COLUMNS,
  MAX_ROWS,
  type Mistake,
  type Path,
  type Position,
  type TypeName,
  UNNAMED,
} from "./table.ts";

/** Mistakes named of one table: a broken table is broken everywhere. */
export const MAX_MISTAKES = 20;

export interface CompiledInput {
  readonly expression: string;
  readonly value: Evaluate;
  readonly allowed?: Cell;
  readonly type?: TypeName | null;
}

export interface CompiledOutput {
  readonly name: string;
  readonly allowed?: Cell;
  readonly fallback?: Evaluate;
  readonly type?: TypeName | null;
}

export interface CompiledRule {
  readonly cells: readonly Cell[];
  readonly outputs: readonly Evaluate[];
}

export interface CompiledTable {
  readonly decision: string;
  readonly policy: HitPolicy;
  readonly inputs: readonly CompiledInput[];
  readonly outputs: readonly CompiledOutput[];
  readonly rules: readonly CompiledRule[];
  /** The facts and decisions it reads, by name, each with the first place that does. */
  readonly reads: ReadonlyMap<string, Place>;
}

/** What the grammar is told, and how much it reads, for all tables compiled together. */
export type Grammar = Omit<Source, "reads">;

export interface Place {
  readonly path: Path;
  readonly position: Position;
}

/**
 * Compiles a table as far as it can be read.
 *
 * @returns The table, whole if there are no mistakes.
 */
export function compileTable(
  table: DecisionTable,
  grammar: Grammar,
): { readonly table: CompiledTable; readonly mistakes: readonly Mistake[] } {
  const reader = new Reader(grammar);
  reader.shape(table);
  const policy = reader.policy(table);
  const inputs = table.inputs.map(({ expression, allowed, type }, index) => ({
    expression,
    value: reader.expression(expression, ["inputs", index, "expression"]),
    allowed: allowed
      ? reader.cell(allowed, ["inputs", index, "allowed"])
      : undefined,
    type,
  }));
  const outputs = table.outputs.map((output, index) => ({
    name: output.name ?? "",
    allowed: output.allowed
      ? reader.cell(output.allowed, ["outputs", index, "allowed"])
      : undefined,
    fallback: output.default
      ? reader.expression(output.default, ["outputs", index, "default"])
      : undefined,
    type: output.type,
  }));
  const rules = table.rules.slice(0, MAX_ROWS).map((rule, row) => ({
    cells: rule.in.map((text, column) =>
      reader.cell(text, ["rules", row, "in", column])
    ),
    outputs: rule.out.map((text, column) =>
      reader.expression(text, ["rules", row, "out", column])
    ),
  }));
  const decision = table.decision ?? UNNAMED;
  const { reads, mistakes } = reader;
  return {
    table: { decision, policy, inputs, outputs, rules, reads },
    mistakes: mistakes.slice(0, MAX_MISTAKES),
  };
}

const NOTHING: Evaluate = () => null;
const ANYTHING: Cell = { passes: () => true, tests: [] };

/** Reads the texts of one table; equal texts are compiled once. */
class Reader {
  readonly mistakes: Mistake[] = [];
  readonly reads = new Map<string, Place>();
  readonly #grammar: Grammar;
  readonly #cells = new Map<string, Cell>();
  readonly #expressions = new Map<string, Evaluate>();

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
  }

  cell(text: string, path: Path): Cell {
    const read = (source: Source) => compileCell(text, source);
    return this.#read(text, path, { known: this.#cells, read }) ?? ANYTHING;
  }

  /** Nothing, or `-`, is null. */
  expression(text: string, path: Path): Evaluate {
    if (/^\s*(?:-\s*)?$/.test(text)) {
      if (path[0] !== "inputs") return NOTHING;
      this.#add(path, "Missing");
    }
    const read = (source: Source) => compileExpression(text, source);
    return this.#read(text, path, { known: this.#expressions, read }) ??
      NOTHING;
  }

  policy(table: DecisionTable): HitPolicy {
    const { hitPolicy, aggregation, outputs } = table;
    const policy = readHitPolicy(hitPolicy, aggregation);
    if (policy === undefined) {
      const path = [aggregation ? "aggregation" : "hitPolicy"];
      this.#add(path, `Not a hit policy: one of ${HIT_POLICIES.join(", ")}`);
      return "U";
    }
    const ranked = policy === "P" || policy === "O";
    if (ranked && !outputs.some(({ allowed }) => allowed)) {
      this.#add(
        ["outputs", 0, "allowed"],
        `Needed by ${policy}: its order is the priority`,
      );
    }
    if (/^C[+<>]$/.test(policy) && outputs.length > 1) {
      this.#add(["outputs"], `One output only with ${policy}`);
    }
    return policy;
  }

  /** As many cells as columns, as many names as outputs. */
  shape({ inputs, outputs, rules }: DecisionTable): void {
    if (rules.length > MAX_ROWS) {
      this.#add(["rules"], `At most ${MAX_ROWS}, got ${rules.length}`);
    }
    for (
      const [place, list] of [["inputs", inputs], ["outputs", outputs]] as const
    ) {
      if (list.length > MAX_COLUMNS) {
        this.#add([place], `At most ${MAX_COLUMNS}, got ${list.length}`);
      }
    }
    if (outputs.length === 0) this.#add(["outputs"], "At least one is needed");
    this.#outputNames(outputs.map(({ name }) => name ?? ""));
    for (const [row, rule] of rules.entries()) {
      if (rule.in.length !== inputs.length) {
        this.#add(
          ["rules", row, "in"],
          `Needs ${inputs.length} cells, got ${rule.in.length}`,
        );
      }
      if (rule.out.length !== outputs.length) {
        this.#add(
          ["rules", row, "out"],
          `Needs ${outputs.length} cells, got ${rule.out.length}`,
        );
      }
      if (this.mistakes.length > MAX_MISTAKES) return;
    }
  }

  #outputNames(names: readonly string[]): void {
    for (const [index, name] of names.entries()) {
      const path = ["outputs", index, "name"];
      if (name === "__proto__") this.#add(path, `Not a name: ${name}`);
      if (names.length === 1) continue;
      if (name === "") {
        this.#add(path, "Needed where there are several outputs");
      } else if (names.indexOf(name) < index) this.#add(path, "Named before");
    }
  }

  #read<Compiled>(text: string, path: Path, { known, read }: {
    readonly known: Map<string, Compiled>;
    readonly read: (source: Source) => Compiled;
  }): Compiled | undefined {
    const before = known.get(text);
    if (before !== undefined) return before;
    // Enough is known to be wrong; reading on would cost the reader of a hostile table.
    if (this.mistakes.length >= MAX_MISTAKES) return undefined;
    const reads: Reads = new Map();
    try {
      const compiled = read({ ...this.#grammar, reads });
      known.set(text, compiled);
      for (const [name, position] of reads) {
        if (!this.reads.has(name)) this.reads.set(name, { path, position });
      }
      return compiled;
    } catch (error) {
      if (!(error instanceof CannotRead)) throw error;
      const { message, position } = error;
      this.mistakes.push({ path, message, position });
    }
  }

  #add(path: Path, message: string): void {
    this.mistakes.push({ path, message });
  }
}

/** The names of decisions as other tables read them. */
export function decisionName(table: DecisionTable): string {
  return canonicalName(table.decision ?? UNNAMED);
}
