/** A decision's matrix as a file for spreadsheets: what its reader may see of it. */
import { Hono } from "hono";
import { analysisOf } from "../../domain/decisions/live/analysis.ts";
import { writeCsv } from "../../domain/decisions/live/csv.ts";
import { idsFrom } from "../../domain/decisions/live/ids.ts";
import { DecisionReading } from "../decision_reading.ts";
import type { Env } from "../env.ts";
import type { PageParts } from "./page_parts.ts";
import { signedIn } from "./signed_in.ts";

/** Spreadsheets take a file without it for one in the letters of their country. */
const UTF8_MARK = "\ufeff";

export function decisionCsv(parts: PageParts): Hono<Env> {
  const reading = new DecisionReading(parts);
  const app = new Hono<Env>();
  app.get("/decisions/:decisionId/export.csv", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const id = c.req.param("decisionId");
    const { decision } = await reading.read(user, id);
    const { cells } = analysisOf(decision).aggregate;
    const csv = writeCsv({
      alternatives: decision.alternatives.map(({ label }) => label),
      criteria: decision.criteria,
      values: cells.map((row) => row.map(({ value }) => value)),
    });
    const [name] = idsFrom([decision.title], "decision");
    return c.body(UTF8_MARK + csv, 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${name}.csv"`,
      "Cache-Control": "no-store",
    });
  });
  return app;
}
