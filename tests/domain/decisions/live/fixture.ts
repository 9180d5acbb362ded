/** Given–when–then for live decisions: a decision, its session if any and what is sealed. */
import type {
  Context,
  DomainEvent,
  Json,
  RecordedEvent,
  ViewRow,
} from "../../../../domain/decider.ts";
import {
  decide,
  type DecisionCommand,
} from "../../../../domain/decisions/live/decide.ts";
import { dragWeights } from "../../../../domain/decisions/live/drag_weights.ts";
import type { DecisionSettings } from "../../../../domain/decisions/live/events.ts";
import {
  type DecisionState,
  evolve,
  initial,
  type LiveDecision,
} from "../../../../domain/decisions/live/live_decision.ts";
import { notices } from "../../../../domain/decisions/live/notices.ts";
import {
  type SealedSheets,
  sealedSheets,
} from "../../../../domain/decisions/live/sealed.ts";
import { index } from "../../../../domain/decisions/live/view.ts";
import { Refusal } from "../../../../domain/refusal.ts";
import {
  decide as decideSession,
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
export const GIL = person("gil", "facilitator");
export const MIA = person("mia", "member");
export const BEN = person("ben", "member");
export const OLI = person("oli", "observer");
export const ADA = person("ada", "admin");

export function person(userId: string, role: string): Person {
  return { userId, name: userId.toUpperCase(), roles: [role] };
}

export const SETTINGS: DecisionSettings = {
  title: "Which vendor?",
  description: null,
  method: "topsis",
  params: {},
  aggregation: "median",
  alternatives: [{ id: "a", label: "Alpha" }, { id: "b", label: "Beta" }],
  criteria: [
    { id: "cost", label: "Cost", unit: "EUR", direction: "cost", weight: 2 },
    {
      id: "risk",
      label: "Risk",
      unit: null,
      direction: "benefit",
      weight: 1,
    },
  ],
};

export const DECISION = "d1";
type Bodies = readonly DomainEvent["body"][];
/** What a command came to: bodies of its events, or why not and where. */
export type Outcome = Bodies | Refused;
export interface Refused {
  readonly code: string;
  readonly paths: readonly string[];
}

/** One decision, live: in session `s1`, or with `house` in none. */
export class Live {
  now = 1_000;
  session: SessionState = noSession();
  state: DecisionState = initial();
  sealed: SealedSheets = sealedSheets.initial();
  readonly events: RecordedEvent[] = [];
  readonly sealedEvents: RecordedEvent[] = [];
  readonly rows: ViewRow[] = [];
  readonly told: ReturnType<typeof notices>[number][] = [];
  readonly house: boolean;
  #salts = 0;

  constructor({ house = false, open = false } = {}) {
    this.house = house;
    this.inSession(FAY, {
      command: "open_session",
      sessionId: "s1",
      title: "Weekly review",
      open,
      participants: [
        { userId: "mia" },
        { userId: "ben" },
        { userId: "oli", role: "observer" },
      ],
    });
  }

  inSession(user: Person, command: SessionCommand): void {
    const context = { ...this.#context(user), also: {} };
    for (const event of decideSession(this.session, command, context)) {
      const recorded = this.#recorded(event, user, "session:s1", 0);
      this.session = evolveSession(this.session, recorded);
    }
  }

  run(user: Person, command: DecisionCommand): Outcome {
    return attempt(() => {
      const also = { session: this.#found(), sealed: this.sealed };
      const context = { ...this.#context(user), also };
      const events = decide(this.state, command, context);
      for (const event of events) this.#take(event, user);
      return events.map(({ body }) => body);
    });
  }

  open(
    more: Partial<DecisionSettings> & { readonly blind?: boolean } = {},
    user = FAY,
  ): Outcome {
    return this.run(user, {
      command: "open_decision",
      decisionId: DECISION,
      sessionId: this.house ? null : "s1",
      template: null,
      blind: false,
      ...SETTINGS,
      ...more,
    });
  }

  give(user: Person, scores: Scores): Outcome {
    return this.run(user, { command: "give_scores", scores });
  }

  weigh(user: Person, weights: Readonly<Record<string, number>>): Outcome {
    return this.run(user, { command: "set_weights", weights });
  }

  drag(user: Person, weights: Readonly<Record<string, number>>) {
    const also = { session: this.#found(), sealed: this.sealed };
    const input = { decisionId: DECISION, weights };
    return attempt(() => dragWeights.signal(this.state, input, { user, also }));
  }

  change(user: Person, changes: Partial<DecisionSettings>): Outcome {
    return this.run(user, { command: "change_decision", ...changes });
  }

  reveal(user = FAY): Outcome {
    return this.run(user, { command: "reveal_scores" });
  }

  close(
    user = FAY,
    chosen: string | null = null,
    reason: string | null = null,
  ): Outcome {
    return this.run(user, { command: "close_decision", chosen, reason });
  }

  get decision(): LiveDecision {
    if (this.state.status === "none") throw new Error("nothing was opened");
    return this.state;
  }

  /** Without a session it is not even looked for. */
  #found(): SessionState | undefined {
    return this.house ? undefined : this.session;
  }

  #take(event: DomainEvent, user: Person): void {
    if (event.on !== undefined) {
      const offset = this.sealedEvents.length + 1;
      const place = `sealed:decision.${DECISION}`;
      const recorded = this.#recorded(event, user, place, offset);
      this.sealedEvents.push(recorded);
      this.sealed = sealedSheets.evolve(this.sealed, recorded);
      return;
    }
    const channel = this.house ? "decisions" : "session:s1";
    const offset = this.events.length + 1;
    const recorded = this.#recorded(event, user, channel, offset);
    this.events.push(recorded);
    this.state = evolve(this.state, recorded);
    this.rows.push(...index(this.state, recorded));
    const also = { session: this.#found() };
    this.told.push(...notices(this.state, recorded, also));
  }

  #recorded(
    { type, v, body }: DomainEvent,
    { userId }: Person,
    channel: string,
    offset: number,
  ): RecordedEvent {
    return { type, v, body, channel, offset, at: this.now, sender: userId };
  }

  /** Salts by number: two runs of the same commands seal alike. */
  #context(user: Person): Omit<Context, "also"> {
    return {
      user,
      now: this.now,
      newId: () => "id",
      seal: (value: Json) => {
        const salt = (++this.#salts).toString(16).padStart(64, "0");
        return { salt, commitment: commitmentOf(value, salt) };
      },
    };
  }
}

export type Scores = Readonly<
  Record<string, Readonly<Record<string, number | null>>>
>;

function attempt<Done>(run: () => Done): Done | Refused {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const paths = (error.errors ?? []).map(({ path }) => path);
    return { code: error.code, paths };
  }
}

/** A decision that is open. */
export function opened(
  more: Parameters<Live["open"]>[0] = {},
  where: { readonly house?: boolean } = {},
): Live {
  const live = new Live(where);
  const done = live.open(more);
  if ("code" in done) throw new Error(`not opened: ${done.code}`);
  return live;
}

/** Names of the events, or the code of a refusal. */
export function names(done: object): readonly string[] | string {
  if ("code" in done) return String(done.code);
  return Array.isArray(done) ? done.map(({ event }) => event) : "signal";
}

/** The decision folded again from what is kept. */
export function fold(events: readonly RecordedEvent[]): DecisionState {
  return events.reduce(evolve, initial());
}

/** A full sheet of the small decision. */
export function sheet(
  [aCost, aRisk, bCost, bRisk]: readonly number[],
): Scores {
  return { a: { cost: aCost, risk: aRisk }, b: { cost: bCost, risk: bRisk } };
}

/** A decision of this size, ids and labels as short as they come. */
export function sized(rows: number, columns: number): DecisionSettings {
  return {
    ...SETTINGS,
    alternatives: Array.from({ length: rows }, (_, i) => ({
      id: `a${i}`,
      label: `A ${i}`,
    })),
    criteria: Array.from({ length: columns }, (_, j) => ({
      id: `c${j}`,
      label: `C ${j}`,
      unit: null,
      direction: "benefit",
      weight: 1,
    })),
  };
}

/** Every cell of a decision scored. */
export function filled(
  { alternatives, criteria }: DecisionSettings,
  value: (row: number, column: number) => number,
): Scores {
  return Object.fromEntries(
    alternatives.map(({ id }, i) => [
      id,
      Object.fromEntries(criteria.map((one, j) => [one.id, value(i, j)])),
    ]),
  );
}
