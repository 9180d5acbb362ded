/** A decision table as people write it: inputs, outputs, and rules whose cells are FEEL. */

/** How many rows, columns and characters are read; more is refused with its place. */
export const MAX_ROWS = 5_000;
export const MAX_COLUMNS = 50;
export const MAX_CELL_LENGTH = 2_000;
export const MAX_TABLES = 50;

/** What a value may be declared to be; a string is read as a date or duration where one is asked for. */
export const TYPE_NAMES = [
  "any",
  "string",
  "number",
  "boolean",
  "date",
  "time",
  "date and time",
  "days and time duration",
  "years and months duration",
  "list",
  "context",
] as const;
export type TypeName = typeof TYPE_NAMES[number];

export interface TableInput {
  /** A FEEL expression, most often the name of a fact. */
  readonly expression: string;
  /** FEEL unary tests every value must pass. */
  readonly allowed?: string | null;
  readonly type?: TypeName | null;
}

export interface TableOutput {
  /** Needed where there are several. */
  readonly name?: string | null;
  /** FEEL values; their order is the priority of `P` and `O`. */
  readonly allowed?: string | null;
  /** A FEEL expression, the answer when no rule matches. */
  readonly default?: string | null;
  readonly type?: TypeName | null;
}

export interface TableRule {
  /** FEEL unary tests, one per input; `-` or nothing takes any value. */
  readonly in: readonly string[];
  /** FEEL expressions, one per output. */
  readonly out: readonly string[];
}

export interface DecisionTable {
  /** What other tables call its answer. */
  readonly decision?: string;
  /** A letter (`U`, `C+`) or the name in full (`UNIQUE`, `COLLECT` with an aggregation). @default "U" */
  readonly hitPolicy?: string | null;
  /** Of COLLECT only. */
  readonly aggregation?: string | null;
  readonly inputs: readonly TableInput[];
  readonly outputs: readonly TableOutput[];
  readonly rules: readonly TableRule[];
}

/** A name a table gives its answer where it has none of its own. */
export const UNNAMED = "decision";

/** Where something is, from the table's own root: `["rules", 3, "in", 1]`. */
export type Path = readonly (string | number)[];

/** Part of a cell's text, in UTF-16 units from its start. */
export interface Position {
  readonly from: number;
  readonly to: number;
}

/** What keeps a table from being used. */
export interface Mistake {
  readonly path: Path;
  readonly message: string;
  readonly position?: Position;
}
