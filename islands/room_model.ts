/** The room as signals: the session, who is here, messages on their way. Knows no protocol. */
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { PollName } from "../domain/consensus/polls/lines.ts";
import type { Session } from "../domain/sessions/session.ts";
import type { NamedPosition, PresentUser } from "../realtime/client/wire.ts";
import type { Zone } from "./format.ts";
import { type Line, namesIn, type PollNames } from "./room_lines.ts";
import type { PollsState } from "./poll_state.ts";
import type { RoomPolls } from "./room_polls.ts";
import type { Replayed } from "./room_record.ts";
import {
  type Mistake,
  type Reader,
  type Rights,
  rightsOf,
  type RoomState,
} from "./room_state.ts";

/** A message the reader has sent and the server has not shown back yet. */
export interface PendingMessage {
  readonly messageId: string;
  readonly text: string;
  /** Its entry, once acknowledged. */
  readonly offset?: number;
}

/** Said when the past cannot be read, or the script that reads it. */
export const PAST_FAULT = "The record cannot be read just now. Try again.";

/** Looking back, once scripts run; links and forms do it without. */
export interface Past {
  readonly replayTo: (offset: number) => void;
  readonly showOlder: () => void;
}

export interface RoomModel {
  readonly session: Signal<Session>;
  readonly position: Signal<NamedPosition>;
  readonly presence: Signal<readonly PresentUser[]>;
  readonly pending: Signal<readonly PendingMessage[]>;
  readonly mistake: Signal<Mistake | undefined>;
  readonly draft: Signal<string>;
  readonly zone: Signal<Zone>;
  /** Set while updates do not come: since when, ms since 1970. */
  readonly staleSince: Signal<number | undefined>;
  readonly rights: ReadonlySignal<Rights>;
  /** A moment of the past, while one is looked at. */
  readonly replay: Signal<Replayed | undefined>;
  /** The session as it is shown: at that moment, or now. */
  readonly shown: ReadonlySignal<Session>;
  /** The last lines of now, oldest first. */
  readonly recent: Signal<readonly Line[]>;
  /** Lines from before the recent ones, oldest first. */
  readonly older: Signal<readonly Line[]>;
  /** The lines on the page, oldest first. */
  readonly lines: ReadonlySignal<readonly Line[]>;
  /** As the page came with them. */
  readonly pollNames: Signal<PollNames>;
  /** What the lines on the page call their polls. */
  readonly named: ReadonlySignal<ReadonlyMap<string, PollName>>;
  /** The page was opened on a part of the past: only a new page leads back to now. */
  readonly detached: "older" | "replay" | undefined;
  /** Counts how often what was read of the past has become untrue. */
  readonly rewrites: Signal<number>;
  readonly past: Signal<Past | undefined>;
  /** Why the past could not be read; empty while nothing went wrong. */
  readonly pastFault: Signal<string>;
  readonly reader: Reader;
  readonly readAt: number;
  readonly formId: string;
  /** Lines above this entry came after the page was read: they fade in. */
  readonly readOffset: number;
  /** Sends the draft over the socket; undefined while plain forms do it. */
  readonly send: Signal<((text: string) => void) | undefined>;
  /** The polls as the page came with them. */
  readonly firstPolls: PollsState | undefined;
  /** While the page is taken over: what the server made of the polls is kept as it stands. */
  readonly asMade: Signal<boolean>;
  /** Undefined until there is a poll and its script has come. */
  readonly polls: Signal<RoomPolls | undefined>;
  /** Hears of polls from the start, and fetches their script with the first. */
  readonly pollFeed: Signal<Pick<RoomPolls, "take" | "renew"> | undefined>;
}

export function createRoom(state: RoomState): RoomModel {
  const session = signal(state.session);
  const { reader, mistake } = state;
  const replay = signal(state.replay);
  const recent = signal(state.lines);
  const older = signal(state.older ?? []);
  const pollNames = signal(state.pollNames);
  const detached = state.replay ? "replay" : state.older ? "older" : undefined;
  const lines = computed(() => {
    if (replay.value) return replay.value.lines;
    if (detached) return older.value;
    return [...older.value, ...recent.value];
  });
  return {
    session,
    position: signal(state.position),
    presence: signal(state.presence),
    pending: signal([]),
    mistake: signal(mistake),
    draft: signal(mistake?.form === "message" ? mistake.input.text ?? "" : ""),
    zone: signal(state.zone),
    staleSince: signal(undefined),
    rights: computed(() => rightsOf(session.value, reader)),
    replay,
    shown: computed(() => replay.value?.session ?? session.value),
    recent,
    older,
    lines,
    pollNames,
    named: computed(() =>
      namesIn(lines.value, { ...pollNames.value, ...replay.value?.pollNames })
    ),
    detached,
    rewrites: signal(0),
    past: signal(undefined),
    pastFault: signal(""),
    reader,
    readAt: state.readAt,
    formId: state.formId,
    readOffset: state.position.offset,
    send: signal(undefined),
    firstPolls: state.polls,
    asMade: signal(false),
    polls: signal(undefined),
    pollFeed: signal(undefined),
  };
}
