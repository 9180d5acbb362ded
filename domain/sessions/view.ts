/** The list of sessions as a view: one row each, so that lists and searches never fold. */
import type { RecordedEvent, ViewRow } from "../decider.ts";
import { createRowIndexer, type RowIndexer } from "../row_indexer.ts";
import type { SessionRole } from "./events.ts";
import { evolve, initial, type Session, type SessionState } from "./session.ts";

/** Rows by session id, sorted by last activity. */
export const SESSIONS_VIEW = "sessions";

/** Raise the version when the rows change: the store then rebuilds the view. */
export const SESSION_VIEWS = [[SESSIONS_VIEW, 1]] as const;

/** The subject a session's own entries carry within its channel. */
export const SESSION_SUBJECT = "session";

/** What a list shows of a session, and what `may` asks of it. */
export interface SessionRow {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: Session["status"];
  readonly open: boolean;
  readonly openedBy: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly lastActivityAt: number;
  /** Without those who left. */
  readonly participantCount: number;
  /** Empty for an open session: everyone may see it, and its row stays small. */
  readonly participants: readonly {
    readonly userId: string;
    readonly role: SessionRole;
  }[];
}

/** Rows that change with an event; `state` is the state after it. */
export function index(
  state: SessionState,
  _event: RecordedEvent,
): readonly ViewRow[] {
  if (state.status === "none") return [];
  const data = rowOf(state);
  return [{
    view: SESSIONS_VIEW,
    key: state.id,
    sort: state.lastActivityAt,
    data: { ...data, participants: data.participants.map((p) => ({ ...p })) },
  }];
}

export function rowOf(session: Session): SessionRow {
  const { participants, activity: _, ...rest } = session;
  return {
    ...rest,
    participantCount: participants.filter((one) => one.status !== "left")
      .length,
    participants: session.open
      ? []
      : participants.map(({ userId, role }) => ({ userId, role })),
  };
}

/** Makes the same rows from the log alone: for rebuilding the view under a new version. */
export function createSessionIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, {
    prefix: SESSION_SUBJECT,
    // Rows do not show the timeline.
    hold: (state) =>
      state.status === "none" ? undefined : { ...state, activity: [] },
  });
}
