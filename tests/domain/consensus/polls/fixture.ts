/** Given–when–then for polls: one session, its polls and what is sealed, every command decided and folded. */
import {
  decide,
  type PollCommand,
} from "../../../../domain/consensus/polls/decide.ts";
import type { Ballot } from "../../../../domain/consensus/polls/ballot.ts";
import type { PollSettings } from "../../../../domain/consensus/polls/events.ts";
import {
  DEFAULT_GRADES,
  METHODS,
  type PollMethod,
  PROPOSAL_CHOICES,
} from "../../../../domain/consensus/polls/methods.ts";
import { notices } from "../../../../domain/consensus/polls/notices.ts";
import {
  evolve,
  initial,
  type Poll,
  type PollState,
} from "../../../../domain/consensus/polls/poll.ts";
import type { PollResult } from "../../../../domain/consensus/polls/outcome.ts";
import {
  type Recount,
  recount,
} from "../../../../domain/consensus/polls/recount.ts";
import {
  sealedBallots,
  type SealedState,
} from "../../../../domain/consensus/polls/sealed.ts";
import { index } from "../../../../domain/consensus/polls/view.ts";
import type {
  Context,
  DomainEvent,
  RecordedEvent,
  ViewRow,
} from "../../../../domain/decider.ts";
import { Refusal } from "../../../../domain/refusal.ts";
import {
  decide as decideSession,
  type Invitation,
  type SessionCommand,
} from "../../../../domain/sessions/decide.ts";
import {
  evolve as evolveSession,
  initial as noSession,
  type SessionState,
} from "../../../../domain/sessions/session.ts";
import { commitmentOf } from "../../../../realtime/seal.ts";

export type Person = Context["user"];

export const FAY = person("fay", "facilitator");
export const MIA = person("mia", "member");
export const BEN = person("ben", "member");
export const CLO = person("clo", "member");
export const OLI = person("oli", "observer");
export const ADA = person("ada", "admin");
/** What closes polls that are due. */
export const SYSTEM: Person = {
  userId: "system",
  name: "System",
  roles: ["admin"],
};

export const POLL = "p1";
export const ALTERNATIVES = ["a", "b", "c"].map((id) => ({ id, label: id }));

export function person(userId: string, role = "member"): Person {
  return { userId, name: userId.toUpperCase(), roles: [role] };
}

/** Mia, Ben and Clo beside Fay, who leads; Oli only looks on. */
export const EVERYONE: readonly Invitation[] = [
  { userId: "fay" },
  { userId: "mia" },
  { userId: "ben" },
  { userId: "clo" },
  { userId: "oli", role: "observer" },
];

export function settings(more: Partial<PollSettings> = {}): PollSettings {
  const { method = "plurality" } = more;
  return {
    pollId: POLL,
    question: "Which?",
    description: null,
    method,
    alternatives: method === "proposal" ? PROPOSAL_CHOICES : ALTERNATIVES,
    grades: method === "majority_judgment" ? DEFAULT_GRADES : [],
    quorum: 0,
    threshold: null,
    blind: false,
    reveal: "close",
    closesAt: null,
    maxRounds: 1,
    ...more,
  };
}

type Bodies = readonly DomainEvent["body"][];

/** A session with polls, live. Commands of one channel share its offsets. */
export class Live {
  now = 1_000;
  session: SessionState = noSession();
  state: PollState = initial();
  sealed: SealedState = sealedBallots.initial();
  /** All of the session's channel. */
  readonly channel: RecordedEvent[] = [];
  /** Those of the poll. */
  readonly events: RecordedEvent[] = [];
  readonly sealedEvents: RecordedEvent[] = [];
  readonly rows: ViewRow[] = [];
  readonly told: ReturnType<typeof notices>[number][] = [];
  #salts = 0;

  constructor(
    participants: readonly Invitation[] = EVERYONE,
    { open = false }: { open?: boolean } = {},
  ) {
    this.inSession(FAY, {
      command: "open_session",
      sessionId: "s1",
      title: "Weekly review",
      participants,
      open,
    });
  }

  /** What a session command causes, or the code it is refused with. */
  inSession(user: Person, command: SessionCommand): Bodies | string {
    return this.#try(() => {
      const context = { ...this.#context(user), also: {} };
      const events = decideSession(this.session, command, context);
      for (const event of events) {
        const recorded = this.#recorded(event, user);
        this.session = evolveSession(this.session, recorded);
      }
      return events;
    });
  }

  /** What a poll command causes, or the code it is refused with. */
  run(user: Person, command: PollCommand): Bodies | string {
    return this.#try(() => {
      const { session, sealed } = this;
      const also = { session, sealed };
      const context = { ...this.#context(user), also };
      const events = decide(this.state, command, context);
      for (const event of events) this.#take(event, user);
      return events;
    });
  }

  open(more: Partial<PollSettings> = {}, user = FAY): Bodies | string {
    return this.run(user, { command: "open_poll", ...settings(more) });
  }

  cast(user: Person, ballot: Ballot, round?: number): Bodies | string {
    return this.run(user, { command: "cast_ballot", ballot, round });
  }

  recuse(user: Person): Bodies | string {
    return this.run(user, { command: "recuse" });
  }

  change(userId: string, weight: number, user = FAY): Bodies | string {
    return this.run(user, { command: "change_voter", userId, weight });
  }

  close(user = FAY, final = false): Bodies | string {
    return this.run(user, { command: "close_poll", final });
  }

  cancel(user = FAY): Bodies | string {
    return this.run(user, { command: "cancel_poll" });
  }

  /** Adds an entry to the poll as it is stored, whoever wrote it. */
  add(event: RecordedEvent): void {
    this.channel.push(event);
    this.events.push(event);
    this.state = evolve(this.state, event);
    this.rows.push(...index(this.state, event));
    const { session } = this;
    this.told.push(...notices(this.state, event, { session }));
  }

  get poll(): Poll {
    if (this.state.status === "none") throw new Error("no poll was opened");
    return this.state;
  }

  get result(): PollResult {
    const { result } = this.poll;
    if (result === null) throw new Error("the poll is open");
    return result;
  }

  async recount(events: Iterable<RecordedEvent> = this.events): Promise<
    Recount
  > {
    const found = await recount(events, commitmentOf);
    if (found === null) throw new Error("no poll was opened");
    return found;
  }

  #take(event: DomainEvent, user: Person): void {
    if (event.on === undefined) return this.add(this.#recorded(event, user));
    const offset = this.sealedEvents.length + 1;
    const place = { channel: `sealed:${POLL}`, offset };
    const recorded = { ...event, ...place, at: this.now, sender: user.userId };
    this.sealedEvents.push(recorded);
    this.sealed = sealedBallots.evolve(this.sealed, recorded);
  }

  #recorded(event: DomainEvent, { userId }: Person): RecordedEvent {
    const recorded = {
      ...event,
      channel: "session:s1",
      offset: this.channel.length + 1,
      at: this.now,
      sender: userId,
    };
    if (event.type === "SESSION_UPDATE") this.channel.push(recorded);
    return recorded;
  }

  /** Salts by number: two runs of the same commands seal alike. */
  #context(user: Person): Omit<Context, "also"> {
    return {
      user,
      now: this.now,
      newId: () => "id",
      seal: (value) => {
        const salt = (++this.#salts).toString(16).padStart(64, "0");
        return { salt, commitment: commitmentOf(value, salt) };
      },
    };
  }

  #try(run: () => readonly DomainEvent[]): Bodies | string {
    try {
      return run().map(({ body }) => body);
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }
}

/** A session with an open poll. */
export function opened(more: Partial<PollSettings> = {}): Live {
  const live = new Live();
  live.open(more);
  return live;
}

/** The poll folded again from what is kept. */
export function fold(events: readonly RecordedEvent[]): PollState {
  return events.reduce(evolve, initial());
}

/** Everything a state holds, also what a box keeps to itself. */
export function plain(state: PollState | SealedState) {
  return "box" in state ? { ...state, box: [...state.box.entries()] } : state;
}

/** Names of the events, or the code of a refusal. */
export function names(done: Bodies | string): readonly string[] | string {
  return typeof done === "string" ? done : done.map(({ event }) => event);
}

/** A ballot that puts one alternative first, in the words of the method. */
export function vote(method: PollMethod, id: string): Ballot {
  switch (METHODS[method].ballot) {
    case "choice":
      return { choice: id };
    case "choices":
      return { choices: [id] };
    case "ranking":
      return { ranking: [[id]] };
    case "grades":
      return { grades: { [id]: DEFAULT_GRADES[5] } };
  }
}
