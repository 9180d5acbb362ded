/** Decision tables over HTTP: asked of one case, or checked before use; nothing is kept. */
import { z } from "zod";
import { checkTables } from "../../domain/rules/tables/check.ts";
import type {
  DecisionTable,
  Mistake,
} from "../../domain/rules/tables/table.ts";
import { compileTables } from "../../domain/rules/tables/tables.ts";
import {
  CheckTablesBody,
  EvaluateTablesBody,
} from "../../domain/rules/tables/table_input.ts";
import type { AppContext } from "../env.ts";
import { problem } from "../problem.ts";
import { operation, type Route } from "./operation.ts";

const tag = "Calculations";

const Mistakes = z.array(z.object({
  path: z.string(),
  message: z.string(),
  position: z.object({ from: z.int(), to: z.int() }).optional().meta({
    description: "In the cell's text, in UTF-16 units from its start",
  }),
}));

const answer = {
  outputs: z.unknown().meta({
    description:
      "A value, an object of several outputs, or a list of these; null without a match, and with any error",
  }),
  matched: z.array(z.int()).meta({ description: "Rules, by index" }),
  trace: z.object({
    inputs: z.array(z.unknown()),
    rules: z.array(z.object({
      rule: z.int(),
      failedAt: z.int().nullable().meta({
        description: "The first cell that did not hold; null if all did",
      }),
    })),
  }),
  errors: Mistakes,
};

const TablesAnswer = z.object({
  ...answer,
  decisions: z.array(z.object({ decision: z.string(), ...answer })).optional()
    .meta({
      description: "With `tables`: the answer of each; the last one's is above",
    }),
});

const CheckAnswer = z.object({
  mistakes: Mistakes,
  coverage: z.array(z.object({
    gaps: z.array(z.array(z.string())).meta({
      description: "Cases no rule takes, as rows of cells",
    }),
    overlaps: z.array(z.object({
      rules: z.array(z.int()),
      where: z.array(z.string()),
    })).meta({
      description: "Under U and A: rules that take the same case",
    }),
    complete: z.boolean().meta({ description: "Whether there are no others" }),
  })).meta({
    description: "One per table; none while a table cannot be read",
  }),
});

const TABLE = {
  hitPolicy: "U",
  inputs: [{ expression: "amount", type: "number" as const }, {
    expression: "country",
    allowed: '"CH", "DE", "other"',
  }],
  outputs: [{ allowed: '"approve", "review"', default: '"review"' }],
  rules: [
    { in: ["< 10000", '"CH", "DE"'], out: ['"approve"'] },
    { in: [">= 10000", "-"], out: ['"review"'] },
  ],
};

export function decisionTableRoutes(): readonly Route[] {
  return [
    operation({
      method: "POST",
      path: "/api/v1/rules/tables/evaluate",
      summary: "Asks a decision table, or several that build on each other",
      tag,
      input: {
        body: EvaluateTablesBody.meta({
          examples: [{ table: TABLE, facts: { amount: 250, country: "CH" } }],
        }),
      },
      answers: {
        200: { description: "What they decide", schema: TablesAnswer },
      },
      run: ({ c, body: { table, tables = [], facts } }) => {
        const compiled = compileTables(table ? [table] : tables, {
          names: facts,
        });
        if (compiled.state === "refused") {
          return refuse(c, placed(compiled.mistakes, table));
        }
        const decisions = compiled.evaluate(facts).map((decision) => ({
          ...decision,
          errors: decision.errors.map(written),
        }));
        const { decision: _, ...last } = decisions[decisions.length - 1];
        return c.json(table ? last : { ...last, decisions });
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/rules/tables/check",
      summary:
        "Says what is wrong with a decision table, and what it leaves open",
      tag,
      input: { body: CheckTablesBody.meta({ examples: [{ table: TABLE }] }) },
      answers: { 200: { description: "What was found", schema: CheckAnswer } },
      run: ({ c, body: { table, tables = [], facts } }) => {
        const { mistakes, coverage } = checkTables(table ? [table] : tables, {
          facts,
        });
        return c.json({
          mistakes: placed(mistakes, table).map(written),
          coverage,
        });
      },
    }),
  ];
}

/** Mistakes by their place in the body. */
function placed(
  mistakes: readonly Mistake[],
  table: DecisionTable | undefined,
): readonly Mistake[] {
  return mistakes.map(({ path, ...mistake }) => ({
    ...mistake,
    path: table ? ["table", ...path.slice(1)] : ["tables", ...path],
  }));
}

function written({ path, ...mistake }: Mistake) {
  return { path: path.join("."), ...mistake };
}

function refuse(c: AppContext, mistakes: readonly Mistake[]): Response {
  return problem(c, {
    code: "invalid",
    detail: "Cannot read the decision tables: see errors",
    errors: mistakes.map(({ path, message, position }) => ({
      path: path.join("."),
      message: position
        ? `${message} (at ${position.from} to ${position.to})`
        : message,
    })),
  });
}
