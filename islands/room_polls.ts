/** What the room knows of its polls before their script has come: where they stand in the page. */
import type { ComponentChild } from "preact";
import type { PollLine } from "../domain/consensus/polls/lines.ts";
import type { RecordedEvent } from "../domain/decider.ts";
import type { PollsState } from "./poll_state.ts";

/** What came with an entry beside its event. */
export interface EntryAbout {
  readonly hash?: string | undefined;
  readonly messageId?: string | undefined;
}

export interface RoomPolls {
  /** The ballot of the poll that is shown; nothing where there is none. */
  readonly Ballot: () => ComponentChild;
  readonly Result: () => ComponentChild;
  /** What a line of the timeline says. */
  readonly Line: (props: { readonly line: PollLine }) => ComponentChild;
  /** Whether somebody has voted, never what; undefined for those who may not. */
  readonly said: (userId: string) => "voted" | "awaited" | undefined;
  readonly isShown: () => boolean;
  /** Folds an entry of the channel in; those it has already are passed over. */
  readonly take: (event: RecordedEvent, about: EntryAbout) => void;
  /** Goes on from another reading. */
  readonly renew: (state: PollsState | undefined) => void;
  /** Entries of the past that were read to look back. */
  readonly hear: (events: readonly RecordedEvent[]) => void;
}
