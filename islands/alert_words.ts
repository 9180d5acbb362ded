/** How alerts are put into words: state, age, time left. */
import type { StatusName } from "./components/status.ts";
import type { AlertRow } from "./alert_row.ts";

interface Look {
  readonly status: StatusName;
  readonly word: string;
}

const LOOKS = {
  open: { status: "pending", word: "Open" },
  acknowledged: { status: "running", word: "Acknowledged" },
  snoozed: { status: "stale", word: "Snoozed" },
  resolved: { status: "approved", word: "Resolved" },
} as const satisfies Readonly<Record<AlertRow["status"], Look>>;

const DISMISSED: Look = { status: "closed", word: "Dismissed" };
const ESCALATED: Look = { status: "critical", word: "Escalated" };

export function stateLook(row: AlertRow): Look {
  if (row.status === "resolved" && row.dismissed) return DISMISSED;
  if (row.status === "open" && isEscalated(row)) return ESCALATED;
  return LOOKS[row.status];
}

/** `<1 min`, `5 min`, `3 h`, `2 d`: as coarse as one can act on. */
export function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "<1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** What is left until somebody must have acknowledged it; undefined: nobody is waited for. */
export function timeLeft(
  row: AlertRow,
  now: number,
): { readonly words: string; readonly late: boolean } | undefined {
  const { acknowledgeBy, acknowledgedAt, status } = row;
  if (acknowledgeBy === null || acknowledgedAt !== null) return undefined;
  if (status === "resolved") return undefined;
  const left = acknowledgeBy - now;
  return left > 0
    ? { words: `${span(left)} left`, late: false }
    : { words: `${span(-left)} late`, late: true };
}

function isEscalated({ escalatedAt, acknowledgedAt }: AlertRow): boolean {
  return escalatedAt !== null && acknowledgedAt === null;
}
