/** The lines of the timeline, folded from the entries of a session's channel, polls included. */
import { CONSENSUS_UPDATE } from "../domain/consensus/polls/events.ts";
import {
  joinedLine,
  type PollLine,
  pollLineOf,
  type PollName,
} from "../domain/consensus/polls/lines.ts";
import type { RecordedEvent } from "../domain/decider.ts";
import { JOB_UPDATE } from "../domain/jobs/events.ts";
import {
  type Activity,
  evolve,
  initial,
  type Session,
} from "../domain/sessions/session.ts";
import { joinedWork, type WorkLine, workLineOf } from "./work_lines.ts";

/** Lines a page shows at first, and each time it is asked for older ones. */
export const MAX_LINES = 50;
/** Entries read for them: votes fold, so there may be fewer lines than entries. */
export const LINE_ENTRIES = 200;

export type Line = Activity | PollLine | WorkLine;

/** By poll id, for polls whose opening is not among the lines. */
export type PollNames = Readonly<Record<string, PollName>>;

/** The lines after one more entry; the same list where it adds no line. */
export function withEntry(
  lines: readonly Line[],
  event: RecordedEvent,
): readonly Line[] {
  const line = lineOf(event);
  if (line === undefined) return lines;
  const before = lines.at(-1);
  const joined = before && joinedTo(before, line);
  return joined ? [...lines.slice(0, -1), joined] : [...lines, line];
}

function joinedTo(before: Line, line: Line): Line | undefined {
  if ("pollId" in before && "pollId" in line) return joinedLine(before, line);
  if ("workId" in before && "workId" in line) return joinedWork(before, line);
  return undefined;
}

/** The lines of entries that follow each other, oldest first. */
export function linesOf(events: readonly RecordedEvent[]): readonly Line[] {
  return events.reduce(withEntry, []);
}

/** Offset of the last entry that a line tells of. */
export function lastOf(line: Line): number {
  return "last" in line ? line.last : line.offset;
}

/** Reports whether a line tells of an entry. */
export function tellsOf(line: Line, offset: number): boolean {
  return line.offset <= offset && offset <= lastOf(line);
}

/** What the lines call their polls: from an opening among them, else from `known`. */
export function namesIn(
  lines: readonly Line[],
  known: PollNames = {},
): ReadonlyMap<string, PollName> {
  const names = new Map(Object.entries(known));
  for (const line of lines) {
    if (line.event === "consensus_initiated") names.set(line.pollId, line);
  }
  return names;
}

/** Polls that lines tell of without their opening among them. */
export function unnamedPolls(lines: readonly Line[]): readonly string[] {
  const named = namesIn(lines);
  const ids = lines.flatMap((line) => "pollId" in line ? line.pollId : []);
  return [...new Set(ids)].filter((id) => !named.has(id));
}

/**
 * Reports whether this build knows what an entry says; another one means that the server is
 * newer (P24). What is known makes a line, but for the word that another was erased, and how
 * a job goes on: leases and tries are nobody's news.
 */
export function isKnownEntry(event: RecordedEvent): boolean {
  return lineOf(event) !== undefined || event.type === JOB_UPDATE ||
    event.body?.event === "body_erased";
}

/** A line says everything of its entry itself, so it needs no entry from before it. */
function lineOf(event: RecordedEvent): Line | undefined {
  const { type, v, body } = event;
  if (body === null) {
    const { offset, at } = event;
    return { offset, at, event: "erased", userId: null, name: null };
  }
  if (type === CONSENSUS_UPDATE && v === 1) return pollLineOf(event);
  const work = workLineOf(event);
  if (work !== undefined) return work;
  const before = body.event === "session_opened" ? initial() : SOMEWHERE;
  const state = evolve(before, event);
  return state.status === "none" ? undefined : state.activity[0];
}

/** A session in the middle of its life, of which only the line that follows matters. */
const SOMEWHERE: Session = {
  status: "open",
  id: "",
  title: "",
  description: null,
  open: false,
  openedBy: "",
  openedAt: 0,
  closedAt: null,
  lastActivityAt: 0,
  participants: [],
  activity: [],
};
