/** The polls that wait for somebody's vote, those that close first in front. */
import type { User } from "../../realtime/user.ts";
import { PollReading, type WantedBallot } from "../poll_reading.ts";
import { seenSession } from "../session_sight.ts";
import type { PageParts } from "./page_parts.ts";

/** Rows looked at; more polls at once wait for nobody. */
const LOOKED_AT = 100;

export interface WantedPoll extends WantedBallot {
  readonly sessionTitle: string;
}

/** Only those of sessions the user may still see, and that still take ballots. */
export async function wantedPolls(
  { commands, log, now = Date.now }: Pick<
    PageParts,
    "commands" | "log" | "now"
  >,
  user: User,
): Promise<readonly WantedPoll[]> {
  const reading = new PollReading({ commands, log });
  const wanted = await reading.wantedFrom(user, LOOKED_AT);
  const titles = new Map<string, string>();
  const ids = new Set(wanted.map(({ sessionId }) => sessionId));
  await Promise.all([...ids].map(async (id) => {
    const session = await seenSession(commands, user, id);
    // A closed session takes no ballot, and whoever was removed sees it no more.
    if (session?.status === "open") titles.set(id, session.title);
  }));
  return wanted.flatMap((one) => {
    const sessionTitle = titles.get(one.sessionId);
    const isOver = one.closesAt !== null && one.closesAt <= now();
    return sessionTitle === undefined || isOver
      ? []
      : [{ ...one, sessionTitle }];
  }).sort((a, b) => (a.closesAt ?? Infinity) - (b.closesAt ?? Infinity) || 0);
}
