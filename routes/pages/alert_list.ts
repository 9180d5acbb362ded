/** One page of the list of alerts, with how many there are of each kind. */
import type { AlertChoice, Show } from "../../domain/alerts/alert_choice.ts";
import { RESOLVED_ALERTS_VIEW } from "../../domain/alerts/view.ts";
import { type AlertRow, fits, readRow } from "../../islands/alert_row.ts";
import type { User } from "../../realtime/user.ts";
import type { AlertBoard } from "../alert_board.ts";
import { maySeeSession } from "../session_sight.ts";
import type { PageParts } from "./page_parts.ts";

export interface AlertList {
  readonly rows: readonly AlertRow[];
  /** How many the choice shows on all pages; of resolved ones, those looked at. */
  readonly found: number;
  readonly counts: Readonly<Record<Exclude<Show, "resolved">, number>>;
  /** Of those the choice shows without its severities. */
  readonly severities: Readonly<Record<AlertRow["severity"], number>>;
}

/** Resolved alerts that can be looked through, the last resolved first. */
const MAX_RESOLVED = 500;

export async function listAlerts(
  { commands, log }: Pick<PageParts, "commands" | "log">,
  board: AlertBoard,
  { user, choice, page, perPage, now }: {
    readonly user: User;
    readonly choice: AlertChoice;
    readonly page: number;
    readonly perPage: number;
    /** ms since 1970. */
    readonly now: number;
  },
): Promise<AlertList> {
  const maySee = new Map<string | null, boolean>([[null, true]]);
  const visible = async (rows: readonly AlertRow[]) => {
    for (const { sessionId } of rows) {
      if (sessionId === null || maySee.has(sessionId)) continue;
      maySee.set(sessionId, await maySeeSession(commands, user, sessionId));
    }
    return rows.filter(({ sessionId }) => maySee.get(sessionId));
  };
  const active = await visible(await board.active());
  const candidates = choice.show === "resolved"
    ? await visible(await resolved(log))
    : active;
  const counts = { active: active.length, mine: 0, unassigned: 0 };
  for (const { assignee } of active) {
    if (assignee === null) counts.unassigned++;
    if (assignee?.userId === user.userId) counts.mine++;
  }
  const reader = { userId: user.userId, now };
  const shown = candidates.filter((row) =>
    fits(row, { ...choice, severities: [] }, reader)
  );
  const severities = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of shown) severities[severity]++;
  const matching = shown.filter((row) => fits(row, choice, reader));
  const from = (page - 1) * perPage;
  return {
    rows: matching.slice(from, from + perPage),
    found: matching.length,
    counts,
    severities,
  };
}

/** Open ones that nobody has acknowledged, the most urgent first: all, and those of the reader in front. */
export function waiting(
  rows: readonly AlertRow[],
  userId: string,
): readonly AlertRow[] {
  const open = rows.filter(({ status, sessionId }) =>
    status === "open" && sessionId === null
  );
  const isMine = ({ assignee }: AlertRow) => assignee?.userId === userId;
  return [...open.filter(isMine), ...open.filter((row) => !isMine(row))];
}

async function resolved(log: PageParts["log"]): Promise<readonly AlertRow[]> {
  const { rows } = await log.query(RESOLVED_ALERTS_VIEW, {
    descending: true,
    limit: MAX_RESOLVED,
  });
  return rows.flatMap(({ data }) => readRow(data) ?? []);
}
