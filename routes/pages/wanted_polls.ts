/** The polls that wait for somebody's vote, those that close first in front. */
import { may } from "../../domain/access.ts";
import { sessions } from "../../domain/sessions/commands.ts";
import { sessionChannel } from "../../domain/sessions/session.ts";
import { SESSION_SUBJECT } from "../../domain/sessions/view.ts";
import type { User } from "../../realtime/user.ts";
import { PollReading, type WantedBallot } from "../poll_reading.ts";
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
    const { state } = await commands.state(
      sessions,
      sessionChannel(id),
      SESSION_SUBJECT,
    );
    // A closed session takes no ballot, and whoever was removed sees it no more.
    if (
      state.status === "open" &&
      may(user, "read", { kind: "session", session: state })
    ) titles.set(id, state.title);
  }));
  return wanted.flatMap((one) => {
    const sessionTitle = titles.get(one.sessionId);
    const isOver = one.closesAt !== null && one.closesAt <= now();
    return sessionTitle === undefined || isOver
      ? []
      : [{ ...one, sessionTitle }];
  }).sort((a, b) => (a.closesAt ?? Infinity) - (b.closesAt ?? Infinity) || 0);
}
