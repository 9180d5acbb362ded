/** What the room's page carries: one reading of the session, who reads it, and what went wrong. */
import type { Participant, Session } from "../domain/sessions/session.ts";
import type { NamedPosition, PresentUser } from "../realtime/client/wire.ts";
import type { Zone } from "./format.ts";
import type { PollsState } from "./poll_state.ts";
import type { Line, PollNames } from "./room_lines.ts";
import type { Replayed } from "./room_record.ts";

export interface Reader {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** A form that was sent back: what is wrong with it, and everything that was typed. */
export interface Mistake {
  readonly form:
    | "message"
    | "participant"
    | "close"
    | "join"
    | "leave"
    | "ballot"
    | "poll";
  /** For the form as a whole; undefined when `fields` says it all. */
  readonly message?: string;
  /** The domain's reason, e.g. `poll_closed`. */
  readonly reason?: string;
  /** By the name of the control. */
  readonly fields: Readonly<Record<string, string>>;
  readonly input: Readonly<Record<string, string>>;
}

export interface RoomState {
  /** Without its own lines: `lines` has them and the polls'. */
  readonly session: Session;
  /** The last lines of now, oldest first; none where the page shows the past. */
  readonly lines: readonly Line[];
  /** What polls are called whose opening is not among the lines. */
  readonly pollNames: PollNames;
  /** Where the session was read; the island continues from here (P24). */
  readonly position: NamedPosition;
  readonly presence: readonly PresentUser[];
  readonly reader: Reader;
  /** When it was read, ms since 1970. */
  readonly readAt: number;
  /** The reader's, once it is known. */
  readonly zone: Zone;
  /** Fresh per page: a form sent twice takes effect once. */
  readonly formId: string;
  /** Which build made the page; a state of another build needs that build's scripts. */
  readonly build: string;
  readonly mistake?: Mistake;
  /** An older part of the timeline, shown instead of the newest lines, which then do not come. */
  readonly older?: readonly Line[];
  /** A moment of the past, shown instead of now. */
  readonly replay?: Replayed;
  /** Absent while the session has none. */
  readonly polls?: PollsState;
}

/** What the reader may do in the room. The server decides again; this only shapes the page. */
export interface Rights {
  readonly me: Participant | undefined;
  readonly takesPart: boolean;
  readonly mayPost: boolean;
  readonly mayLead: boolean;
}

export function rightsOf(session: Session, reader: Reader): Rights {
  const me = session.participants.find(({ userId }) =>
    userId === reader.userId
  );
  const takesPart = me !== undefined && me.status !== "left";
  const admin = reader.roles.includes("admin");
  const open = session.status === "open";
  return {
    me,
    takesPart,
    mayPost: open && (admin || (takesPart && me.role !== "observer")),
    mayLead: open && (admin || (takesPart && me.role === "facilitator")),
  };
}
