/** What the room knows of its polls before their script has come, and where they stand in the page. */
import type { ComponentChild } from "preact";
import type { PollLine } from "../domain/consensus/polls/lines.ts";
import type { RecordedEvent } from "../domain/decider.ts";
import type { PollsState } from "./poll_state.ts";
import type { RoomModel } from "./room_model.ts";

/** What came with an entry beside its event. */
export interface EntryAbout {
  readonly hash?: string | undefined;
  readonly messageId?: string | undefined;
}

/** The parts of the page that are the polls' own: the ballot of the one shown, and its result. */
export type PollPart = "Ballot" | "Result";

/** Whether somebody has voted, never what; undefined for those who may not. */
export type Said = "voted" | "awaited" | undefined;

export interface RoomPolls {
  /** For the server alone: in the browser they are roots of their own. */
  readonly parts?: Readonly<Record<PollPart, () => ComponentChild>>;
  /** What a line of the timeline says. */
  readonly Line: (props: { readonly line: PollLine }) => ComponentChild;
  readonly said: (userId: string) => Said;
  readonly isShown: () => boolean;
  /** Folds an entry of the channel in; those it has already are passed over. */
  readonly take: (event: RecordedEvent, about: EntryAbout) => void;
  /** Goes on from another reading. */
  readonly renew: (state: PollsState | undefined) => void;
  /** Entries of the past that were read to look back. */
  readonly hear: (events: readonly RecordedEvent[]) => void;
}

/** By the polls' script, or until it has come by what the page carries. */
export function saidBy({ polls, firstPolls }: RoomModel, userId: string): Said {
  if (polls.value) return polls.value.said(userId);
  const { voters = [], status } = firstPolls?.shown ?? {};
  const voter = voters.find((one) => one.userId === userId);
  if (!voter || voter.weight === 0) return undefined;
  if (voter.cast) return "voted";
  return status === "open" ? "awaited" : undefined;
}

export function showsPoll({ polls, firstPolls }: RoomModel): boolean {
  return polls.value ? polls.value.isShown() : Boolean(firstPolls?.shown);
}
