/** What agreement may be measured on, checked: shapes, and what each measure can read. */
import { z } from "zod";
import { DISTANCES, MAX_RATIO_PAIRS, ratioPairs } from "./krippendorff.ts";

/** Largest number in the data: squares and sums of it stay finite. */
const MAX_VALUE = 1e15;
const MAX_COUNT = 1e9;

const Value = z.number().min(-MAX_VALUE).max(MAX_VALUE);
const Count = z.number().min(0).max(MAX_COUNT);

/** A table whose rows are all as long as the first. */
function tableOf<Cell extends z.ZodType>(cell: Cell) {
  return z.array(z.array(cell).min(1)).min(1).superRefine((rows, context) => {
    if (context.issues.length > 0) return;
    const index = rows.findIndex((row) => row.length !== rows[0].length);
    if (index < 0) return;
    const message = `Not a table: ${
      rows[index].length
    } values, where the first row has ${rows[0].length}`;
    context.addIssue({ code: "custom", path: [index], message });
  });
}

const sumOfRow = (row: readonly number[]) => row.reduce((a, b) => a + b, 0);

const KendallW = z.object({
  metric: z.literal("kendall_w"),
  data: tableOf(Value).meta({ description: "Rater × item: ranks" }),
});

const FleissKappa = z.object({
  metric: z.literal("fleiss_kappa"),
  data: tableOf(z.int().min(0).max(MAX_COUNT)).superRefine((rows, context) => {
    if (context.issues.length > 0) return;
    const raters = sumOfRow(rows[0]);
    const index = rows.findIndex((row) => sumOfRow(row) !== raters);
    if (index < 0) return;
    const message = `Not rated as often as the first item: ${
      sumOfRow(rows[index])
    } times, not ${raters}`;
    context.addIssue({ code: "custom", path: [index], message });
  }).meta({
    description: "Item × category: counts, with the same sum in every row",
  }),
});

const CohenKappa = z.object({
  metric: z.literal("cohen_kappa"),
  data: tableOf(Count).superRefine((rows, context) => {
    if (context.issues.length > 0) return;
    if (rows.length === rows[0].length) return;
    const message = "Not square: a row and a column per category";
    context.addIssue({ code: "custom", path: [], message });
  }).meta({
    description: "First rater's category × second rater's category: counts",
  }),
});

const KrippendorffAlpha = z.object({
  metric: z.literal("krippendorff_alpha"),
  data: tableOf(z.union([Value, z.string().max(200), z.null()])).meta({
    description: "Coder × unit: ratings, null where there is none",
  }),
  params: z.object({ metric: z.enum(DISTANCES) }),
}).superRefine(({ data, params: { metric } }, context) => {
  if (context.issues.length > 0 || metric === "nominal") return;
  for (const [row, ratings] of data.entries()) {
    for (const [column, rating] of ratings.entries()) {
      if (rating === null) continue;
      const path = ["data", row, column];
      if (typeof rating === "string") {
        const message = `Not a number, which ${metric} needs`;
        return context.addIssue({ code: "custom", path, message });
      }
      if (metric === "ratio" && rating < 0) {
        const message = "Below 0, which has no ratio";
        return context.addIssue({ code: "custom", path, message });
      }
    }
  }
  if (metric !== "ratio" || ratioPairs(data) <= MAX_RATIO_PAIRS) return;
  const message =
    `Too many distinct ratings for ratio: at most ${MAX_RATIO_PAIRS} pairs`;
  context.addIssue({ code: "custom", path: ["data"], message });
});

const Grades = z.array(Count).min(2);

const TastleWierman = z.object({
  metric: z.literal("tastle_wierman"),
  data: Grades.meta({ description: "Counts per grade, worst to best" }),
});

const Entropy = z.object({
  metric: z.literal("entropy"),
  data: Grades.meta({ description: "Counts per category" }),
});

const InterquartileRange = z.object({
  metric: z.literal("iqr"),
  data: z.array(Value).min(1).meta({ description: "Ratings" }),
  params: z.object({
    maxIqr: z.number().min(0).max(MAX_VALUE).optional().meta({
      description: "Widest range that is consensus; 1 by default",
    }),
  }).optional(),
});

export const AgreementBody = z.discriminatedUnion("metric", [
  KendallW,
  FleissKappa,
  CohenKappa,
  KrippendorffAlpha,
  TastleWierman,
  Entropy,
  InterquartileRange,
]);
