/** The polls of a room, as one script of their own: loaded only where a session has any. */
import { type ComponentChild, hydrate, render } from "preact";
import type { PageContext } from "./page_context.ts";
import { goLiveWithPolls } from "./poll_live.ts";
import { createPolls, type PollsModel, saidIn } from "./poll_model.ts";
import type { PollsState } from "./poll_state.ts";
import { PollBallot } from "./PollBallot.tsx";
import { PollWords } from "./PollLine.tsx";
import { PollResult } from "./PollResult.tsx";
import { createRoom, type RoomModel } from "./room_model.ts";
import type { PollPart, RoomPolls } from "./room_polls.ts";
import type { RoomState } from "./room_state.ts";

export interface OpenPolls {
  readonly polls: PollsState | undefined;
  readonly client: PageContext["client"];
  /** As the page came. */
  readonly state: RoomState;
  /** Where the parts stand; the server's, if it has made any. */
  readonly places: readonly HTMLElement[];
}

/** Puts the polls into the room, live. */
export function openPolls(
  room: RoomModel,
  { polls: state, client, state: made, places }: OpenPolls,
): RoomPolls {
  const polls = createPolls(room, state);
  const live = goLiveWithPolls(polls, { client, state });
  const first = createPolls(createRoom(made), made.polls);
  for (const place of places) {
    const part = partOf(place);
    if (part) takeOver(place, part(first), part(polls));
  }
  return {
    ...shown(polls),
    take: (event, about) => live.take(event, about),
    renew: (state) => live.renew(state),
  };
}

/** The polls as plain pages, for the server. */
export function writePolls(room: RoomModel, state: PollsState): RoomPolls {
  const polls = createPolls(room, state);
  return {
    ...shown(polls),
    parts: {
      Ballot: () => PARTS.Ballot(polls),
      Result: () => PARTS.Result(polls),
    },
    take: () => {},
    renew: () => {},
  };
}

const PARTS: Readonly<Record<PollPart, (polls: PollsModel) => ComponentChild>> =
  {
    Ballot: (polls) => <PollBallot polls={polls} />,
    Result: (polls) => <PollResult polls={polls} />,
  };

function shown(polls: PollsModel): Omit<RoomPolls, "take" | "renew"> {
  return {
    Line: ({ line }) => <PollWords line={line} room={polls.room} />,
    said: (userId) => saidIn(polls, userId),
    isShown: () => polls.shown.value !== undefined,
    hear: (events) => polls.record.hear(events),
  };
}

function partOf({ dataset: { place } }: HTMLElement) {
  return place === "Ballot" || place === "Result" ? PARTS[place] : undefined;
}

/**
 * Goes on from what stands there: the first render must be what the server rendered, since
 * taking over corrects texts alone; the second brings whatever has happened since.
 */
function takeOver(
  place: HTMLElement,
  first: ComponentChild,
  now: ComponentChild,
): void {
  if (place.childElementCount > 0) {
    const typed = [
      ...place.querySelectorAll<HTMLInputElement>("input[type=number]"),
    ].filter(({ value, defaultValue }) => value !== defaultValue)
      .map((input) => [input, input.value] as const)
      // A place is given beside or behind those that are given already.
      .sort(([, a], [, b]) => Number(a) - Number(b));
    hydrate(first, place);
    // Numbers follow the ranking, so those typed before it was there are typed into it now.
    for (const [input, value] of typed) {
      input.value = value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  render(now, place);
}
