/** Scores that came with the table a decision was opened from: given as one's own, by name. */
import type { DecisionTable } from "../../domain/decisions/live/csv.ts";
import type { User } from "../../realtime/user.ts";
import type { PageParts } from "./page_parts.ts";

/** Alternatives in one entry: with the longest ids and numbers they still fit it. */
const ROWS_AT_ONCE = 20;

interface Opening {
  readonly sessionId?: string;
  readonly alternatives: readonly Named[];
  readonly criteria: readonly Named[];
}

interface Named {
  readonly id: string;
  readonly label: string;
}

/** Sends nothing without a table. Sent again under the same messageId, it changes nothing. */
export async function sendScores(
  commands: PageParts["commands"],
  user: User,
  { decisionId, input, table, messageId }: {
    readonly decisionId: string;
    readonly input: Opening;
    readonly table: DecisionTable | undefined;
    readonly messageId: string | undefined;
  },
): Promise<void> {
  if (table === undefined) return;
  const rows = rowsOf(input, table);
  const { sessionId } = input;
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const scores = Object.fromEntries(rows.slice(from, from + ROWS_AT_ONCE));
    await commands.execute(
      "give_scores",
      { decisionId, ...(sessionId && { sessionId }), scores },
      { user, messageId: messageId && `${messageId}.${from}` },
    );
  }
}

/** Values of what is still called as in the table. */
function rowsOf({ alternatives, criteria }: Opening, table: DecisionTable) {
  const columns = criteria.map(({ label }) =>
    table.criteria.findIndex((one) => one.label === label)
  );
  return alternatives.flatMap(({ id, label }) => {
    const values = table.values[table.alternatives.indexOf(label)] ?? [];
    const row = criteria.flatMap((criterion, j) => {
      const value = values[columns[j]] ?? null;
      return value === null ? [] : [[criterion.id, value] as const];
    });
    return row.length === 0 ? [] : [[id, Object.fromEntries(row)] as const];
  });
}
