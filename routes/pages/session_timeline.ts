/** The lines of a room's page: the last ones, or what of the past its address asks for. */
import { polls, pollSubject } from "../../domain/consensus/polls/commands.ts";
import { pollNameOf } from "../../domain/consensus/polls/lines.ts";
import { POLLS_VIEW } from "../../domain/consensus/polls/view.ts";
import { sessionIdOf } from "../../domain/sessions/session.ts";
import {
  type Line,
  type PollNames,
  unnamedPolls,
} from "../../islands/room_lines.ts";
import {
  readOlder,
  type ReadRecord,
  Replay,
} from "../../islands/room_record.ts";
import type { RoomState } from "../../islands/room_state.ts";
import { recordedEvent } from "../../realtime/fold.ts";
import { isJsonObject } from "../json_body.ts";
import type { PageParts } from "./page_parts.ts";

/** Newest polls of a session among which the open ones are looked for. */
const MAX_POLLS = 50;

type Timeline = Pick<RoomState, "lines" | "pollNames" | "older" | "replay">;

/** `?at=` replays, `?before=` shows older lines; without them one read brings the last ones. */
export async function readTimeline(
  parts: Pick<PageParts, "commands" | "log">,
  { channel, offset: last }: {
    readonly channel: string;
    readonly offset: number;
  },
  query: { readonly at?: string; readonly before?: string },
): Promise<Timeline> {
  const read: ReadRecord = async (after, limit) =>
    (await parts.log.read(channel, after, limit)).map(recordedEvent);
  const names = async (lines: readonly Line[]) =>
    await namesOf(parts, channel, [
      ...unnamedPolls(lines),
      ...await openPolls(parts, channel),
    ]);
  const at = entryOf(query.at);
  // The last entry is now, and now is live.
  if (at !== undefined && at < last) {
    const replay = await new Replay(read).at(at);
    return { lines: [], pollNames: {}, replay };
  }
  const before = entryOf(query.before);
  if (before !== undefined && before <= last) {
    const older = await readOlder(read, before);
    return { lines: [], pollNames: await names(older), older };
  }
  const lines = await readOlder(read, last + 1);
  return { lines, pollNames: await names(lines) };
}

/** What comes next may be about these. */
async function openPolls(
  { log }: Pick<PageParts, "log">,
  channel: string,
): Promise<readonly string[]> {
  const prefix = `${sessionIdOf(channel)}/`;
  const { rows } = await log.query(POLLS_VIEW, {
    prefix,
    descending: true,
    limit: MAX_POLLS,
  });
  return rows.flatMap(({ key, data }) =>
    isJsonObject(data) && data.status === "open"
      ? [key.slice(prefix.length)]
      : []
  );
}

async function namesOf(
  { commands }: Pick<PageParts, "commands">,
  channel: string,
  pollIds: readonly string[],
): Promise<PollNames> {
  const named = await Promise.all([...new Set(pollIds)].map(async (pollId) => {
    const { state } = await commands.state(polls, channel, pollSubject(pollId));
    return state.status === "none"
      ? []
      : [[pollId, pollNameOf(state)] as const];
  }));
  return Object.fromEntries(named.flat());
}

/** An entry's number, from 1; undefined for what is none. */
function entryOf(text: string | undefined): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text ?? "") ? Number(text) : undefined;
}
