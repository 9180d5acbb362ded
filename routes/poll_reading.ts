/** Reading polls for somebody: what they may see of one, those of a session, those that wait for them. */
import { polls, pollSubject } from "../domain/consensus/polls/commands.ts";
import type { Poll, PollState } from "../domain/consensus/polls/poll.ts";
import { ownBallot } from "../domain/consensus/polls/poll_json.ts";
import { type Recount, recount } from "../domain/consensus/polls/recount.ts";
import {
  SEALED_SUBJECT,
  sealedBallots,
  sealedChannel,
} from "../domain/consensus/polls/sealed.ts";
import {
  BALLOTS_WANTED_VIEW,
  POLLS_VIEW,
  wantedPrefix,
} from "../domain/consensus/polls/view.ts";
import type { Json, RecordedEvent } from "../domain/decider.ts";
import { Refusal } from "../domain/refusal.ts";
import { sessionChannel } from "../domain/sessions/session.ts";
import type { Commands, Snapshot } from "../realtime/commands.ts";
import { recordedEvent } from "../realtime/fold.ts";
import type { Log } from "../realtime/log/log.ts";
import { commitmentOf } from "../realtime/seal.ts";
import type { User } from "../realtime/user.ts";
import { isJsonObject } from "./json_body.ts";
import { demandSessionSight, maySeeSession } from "./session_sight.ts";

const PAGE_ENTRIES = 500;
/** Polls of a session that its page and its JSON show; older ones are in its history. */
const MAX_POLLS = 50;

export interface PollSources {
  readonly commands: Pick<Commands, "state">;
  readonly log: Pick<Log, "query" | "readSubject">;
}

/** A poll and what its reader said in it. */
export interface ReadPoll {
  readonly poll: Poll;
  readonly own: ReturnType<typeof ownBallot>;
  readonly position: Snapshot<unknown>["position"];
}

/** A poll that is open and has no ballot of somebody's. */
export interface WantedBallot {
  readonly sessionId: string;
  readonly pollId: string;
  readonly question: string;
  readonly closesAt: number | null;
  readonly round: number;
}

export class PollReading {
  readonly #sources: PollSources;

  constructor(sources: PollSources) {
    this.#sources = sources;
  }

  /** @throws {Refusal} `session_not_found` or `poll_not_found` */
  async read(
    user: User,
    sessionId: string,
    pollId: string,
  ): Promise<ReadPoll> {
    await demandSessionSight(this.#sources.commands, user, sessionId);
    const { commands } = this.#sources;
    const { state, position } = await commands.state<PollState>(
      polls,
      sessionChannel(sessionId),
      pollSubject(pollId),
    );
    if (state.status === "none") throw new Refusal("poll_not_found");
    return { poll: state, position, own: await this.#own(state, user) };
  }

  /** The newest polls of a session, oldest first; whoever asks must be let in already. */
  async ofSession(user: User, sessionId: string): Promise<ReadPoll[]> {
    const { commands, log } = this.#sources;
    const { rows } = await log.query(POLLS_VIEW, {
      prefix: `${sessionId}/`,
      descending: true,
      limit: MAX_POLLS,
    });
    const found = await Promise.all(rows.map(async ({ key }) => {
      const { state, position } = await commands.state<PollState>(
        polls,
        sessionChannel(sessionId),
        pollSubject(key.slice(sessionId.length + 1)),
      );
      if (state.status === "none") return [];
      return [{ poll: state, position, own: await this.#own(state, user) }];
    }));
    return found.flat().reverse();
  }

  /** Oldest first, at most `limit`; none of sessions that one was removed from. */
  async wantedFrom(user: User, limit: number): Promise<WantedBallot[]> {
    const { rows } = await this.#sources.log.query(BALLOTS_WANTED_VIEW, {
      prefix: wantedPrefix(user.userId),
      limit,
    });
    const wanted = rows.flatMap(({ data }) => wantedBallot(data) ?? []);
    const seen = await Promise.all(
      wanted.map(({ sessionId }) =>
        maySeeSession(this.#sources.commands, user, sessionId)
      ),
    );
    return wanted.filter((_, index) => seen[index]);
  }

  /** Counts again from the log alone. @throws {Refusal} as `read` */
  async recount(
    user: User,
    sessionId: string,
    pollId: string,
  ): Promise<Recount> {
    await demandSessionSight(this.#sources.commands, user, sessionId);
    const entries = await this.#entries(
      sessionChannel(sessionId),
      pollSubject(pollId),
    );
    const counted = await recount(entries, commitmentOf);
    if (counted === null) throw new Refusal("poll_not_found");
    return counted;
  }

  async #entries(channel: string, subject: string): Promise<RecordedEvent[]> {
    const entries: RecordedEvent[] = [];
    for (let after = 0;;) {
      const page = await this.#sources.log.readSubject(
        channel,
        subject,
        after,
        PAGE_ENTRIES,
      );
      const last = page.at(-1);
      if (last === undefined) return entries;
      entries.push(...page.map(recordedEvent));
      after = last.offset;
    }
  }

  async #own(poll: Poll, user: User): Promise<ReadPoll["own"]> {
    const { userId } = user;
    const place = poll.electorate.places.get(userId);
    // Asked for only where it is needed: most have said nothing under seal here.
    if (place === undefined || poll.box.get(place) === undefined) return null;
    const { state: sealed } = await this.#sources.commands.state(
      sealedBallots,
      sealedChannel(poll.pollId),
      SEALED_SUBJECT,
    );
    return ownBallot(poll, { userId, sealed });
  }
}

function wantedBallot(data: Json): WantedBallot | undefined {
  if (!isJsonObject(data)) return undefined;
  const { sessionId, pollId, question, closesAt, round } = data;
  if (
    typeof sessionId !== "string" || typeof pollId !== "string" ||
    typeof question !== "string" || typeof round !== "number"
  ) return undefined;
  return {
    sessionId,
    pollId,
    question,
    closesAt: typeof closesAt === "number" ? closesAt : null,
    round,
  };
}
