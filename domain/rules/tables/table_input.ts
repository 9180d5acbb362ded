/** Decision tables and facts from outside, checked: shapes and limits, not yet what cells say. */
import { z } from "zod";
import {
  MAX_CELL_LENGTH,
  MAX_COLUMNS,
  MAX_ROWS,
  MAX_TABLES,
  TYPE_NAMES,
} from "./table.ts";

const MAX_NAME_LENGTH = 200;
const UNSAFE = "__proto__";

const Cell = z.string().max(MAX_CELL_LENGTH);
const Name = z.string().max(MAX_NAME_LENGTH);
const Type = z.enum(TYPE_NAMES).nullish().meta({
  description:
    "What the value must be; a text is read as the date or duration asked for",
});

const Input = z.object({
  expression: Cell.min(1).meta({
    description: "In FEEL, most often the name of a fact",
  }),
  allowed: Cell.nullish().meta({
    description: "Unary tests every value must pass",
  }),
  type: Type,
});

const Output = z.object({
  name: Name.nullish().meta({ description: "Needed where there are several" }),
  allowed: Cell.nullish().meta({
    description: "Its values; their order is the priority of P and O",
  }),
  default: Cell.nullish().meta({
    description: "In FEEL: the answer when no rule matches",
  }),
  type: Type,
});

const Rule = z.object({
  in: z.array(Cell).max(MAX_COLUMNS).meta({
    description: "Unary tests in FEEL, one per input; - takes any value",
  }),
  out: z.array(Cell).min(1).max(MAX_COLUMNS).meta({
    description: "Expressions in FEEL, one per output",
  }),
});

export const TableShape = z.object({
  decision: Name.min(1).optional().meta({
    description: "What other tables call its answer",
  }),
  hitPolicy: z.string().max(40).nullish().meta({
    description:
      "U (by default), A, P, F, R, O, C, C+, C<, C>, C#, or in words",
  }),
  aggregation: z.string().max(40).nullish().meta({
    description: "Of COLLECT in words: SUM, MIN, MAX or COUNT",
  }),
  inputs: z.array(Input).max(MAX_COLUMNS),
  outputs: z.array(Output).min(1).max(MAX_COLUMNS),
  rules: z.array(Rule).max(MAX_ROWS),
});

// A record drops this key without a word, and with it a fact.
const Facts = z.unknown().superRefine((value, context) => {
  if (typeof value !== "object" || value === null) return;
  if (!Object.hasOwn(value, UNSAFE)) return;
  const message = `Not a name: ${UNSAFE}`;
  context.addIssue({ code: "custom", path: [UNSAFE], message });
}).pipe(z.record(z.string(), z.unknown())).meta({
  type: "object",
  additionalProperties: true,
  description: "What is known of the case, by name",
});

const tables = {
  table: TableShape.optional(),
  tables: z.array(TableShape).min(1).max(MAX_TABLES).optional().meta({
    description: "Instead of `table`: several that read each other's decisions",
  }),
};

const ONE = {
  path: ["table"],
  error: "Give either a table or tables",
};

export const EvaluateTablesBody = z.object({ ...tables, facts: Facts })
  .refine(hasOne, ONE);

export const CheckTablesBody = z.object({
  ...tables,
  facts: Facts.optional().meta({
    description:
      "An example: it tells which names there are, such as `Approved/Declined`",
  }),
}).refine(hasOne, ONE);

function hasOne(
  body: { readonly table?: unknown; readonly tables?: unknown },
): boolean {
  return (body.table === undefined) !== (body.tables === undefined);
}
