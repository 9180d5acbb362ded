/** The room as signals: the session, who is here, messages on their way. Knows no protocol. */
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { Session } from "../domain/sessions/session.ts";
import type { NamedPosition, PresentUser } from "../realtime/client/wire.ts";
import type { Zone } from "./format.ts";
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
  readonly reader: Reader;
  readonly readAt: number;
  readonly formId: string;
  /** Lines above this entry came after the page was read: they fade in. */
  readonly readOffset: number;
  /** Sends the draft over the socket; undefined while plain forms do it. */
  readonly send: Signal<((text: string) => void) | undefined>;
}

export function createRoom(state: RoomState): RoomModel {
  const session = signal(state.session);
  const { reader, mistake } = state;
  return {
    session,
    position: signal(state.position),
    presence: signal(state.presence),
    pending: signal([]),
    mistake: signal(mistake),
    draft: signal(mistake?.form === "message" ? mistake.input.text ?? "" : ""),
    zone: signal("UTC"),
    staleSince: signal(undefined),
    rights: computed(() => rightsOf(session.value, reader)),
    reader,
    readAt: state.readAt,
    formId: state.formId,
    readOffset: state.position.offset,
    send: signal(undefined),
  };
}
