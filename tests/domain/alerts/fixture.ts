/** Given–when–then for alerts: one alert, its session if any, every command decided and folded. */
import {
  type Alert,
  type AlertState,
  evolve,
  initial,
} from "../../../domain/alerts/alert.ts";
import { type AlertCommand, decide } from "../../../domain/alerts/decide.ts";
import { notices } from "../../../domain/alerts/notices.ts";
import { index } from "../../../domain/alerts/view.ts";
import type {
  Context,
  DomainEvent,
  Notice,
  RecordedEvent,
  ViewRow,
} from "../../../domain/decider.ts";
import { Refusal } from "../../../domain/refusal.ts";
import {
  decide as decideSession,
  type SessionCommand,
} from "../../../domain/sessions/decide.ts";
import {
  evolve as evolveSession,
  initial as noSession,
  type SessionState,
} from "../../../domain/sessions/session.ts";
import { seal } from "../../../realtime/seal.ts";

export type Person = Context["user"];

export const FAY = person("fay", "facilitator");
export const MIA = person("mia", "member");
export const BEN = person("ben", "member");
export const OLI = person("oli", "observer");
export const ADA = person("ada", "admin");
/** Who fires deadlines. */
export const SERVER = person("regulens", "admin");

export const ALERT_ID = "a1";

type Raising = Extract<AlertCommand, { command: "raise_alert" }>;
type Bodies = readonly DomainEvent["body"][];

function person(userId: string, role: string): Person {
  return { userId, name: userId.toUpperCase(), roles: [role] };
}

/** One alert, live: of the house, or with `inSession` of session `s1`, which Fay leads. */
export class Live {
  now = 1_000;
  session: SessionState = noSession();
  state: AlertState = initial();
  readonly events: RecordedEvent[] = [];
  /** As the store keeps them, by view and key. */
  readonly rows = new Map<string, ViewRow>();
  readonly told: Notice[] = [];
  readonly inSession: boolean;

  constructor({ inSession = false, open = false } = {}) {
    this.inSession = inSession;
    this.inside(FAY, {
      command: "open_session",
      sessionId: "s1",
      title: "Weekly review",
      open,
      participants: [{ userId: "mia" }, { userId: "oli", role: "observer" }],
    });
  }

  inside(user: Person, command: SessionCommand): void {
    for (const event of decideSession(this.session, command, this.#of(user))) {
      const recorded = this.#recorded(event, user);
      this.session = evolveSession(this.session, recorded);
    }
  }

  /** The bodies a command causes, or the code it is refused with. */
  run(user: Person, command: AlertCommand): Bodies | string {
    try {
      const events = decide(this.state, command, this.#of(user));
      for (const event of events) this.take(this.#recorded(event, user));
      return events.map(({ body }) => body);
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  take(event: RecordedEvent): void {
    this.events.push(event);
    this.state = evolve(this.state, event);
    for (const row of index(this.state, event)) {
      const name = `${row.view} ${row.key}`;
      if (row.data === null) this.rows.delete(name);
      else if (row.unique && this.rows.has(name)) throw new Error(name);
      else this.rows.set(name, row);
    }
    this.told.push(...notices(this.state, event));
  }

  raise(more: Partial<Raising> = {}, user = MIA): Bodies | string {
    return this.run(user, {
      command: "raise_alert",
      alertId: ALERT_ID,
      severity: "high",
      title: "Sanctions list",
      body: "One name is close",
      source: "screening",
      dedupeKey: "k",
      sessionId: this.inSession ? "s1" : null,
      acknowledgeWithinMs: null,
      occurredAt: null,
      ...more,
    });
  }

  acknowledge(user = MIA): Bodies | string {
    return this.run(user, { command: "acknowledge_alert" });
  }

  assign(userId: string | null, user = MIA): Bodies | string {
    const assignee = userId === null ? null : { userId, name: "as given" };
    return this.run(user, { command: "assign_alert", assignee });
  }

  snooze(until: number, user = MIA): Bodies | string {
    return this.run(user, { command: "snooze_alert", until });
  }

  note(text: string, user = MIA): Bodies | string {
    return this.run(user, { command: "note_alert", text });
  }

  resolve(user = MIA, dismissed = false): Bodies | string {
    const resolution = "Looked into";
    return this.run(user, { command: "resolve_alert", dismissed, resolution });
  }

  /** What the server's deadlines would do now. */
  wake(user = SERVER): Bodies | string {
    return this.run(user, { command: "wake_alert" });
  }

  escalate(user = SERVER): Bodies | string {
    return this.run(user, { command: "escalate_alert" });
  }

  get alert(): Alert {
    if (this.state.status === "none") throw new Error("nothing was raised");
    return this.state;
  }

  /** What falls due, and when: `[action, at]`. */
  get due(): (readonly [string | undefined, number | undefined])[] {
    return [...this.rows.values()].filter(({ view }) => view === "due")
      .map(({ key, sort }) => [key.split(":").at(-1), sort] as const);
  }

  #of(user: Person) {
    const also = this.inSession ? { session: this.session } : {};
    return { user, now: this.now, newId: () => "id", seal, also };
  }

  #recorded({ type, v, body }: DomainEvent, { userId }: Person): RecordedEvent {
    const channel = this.inSession ? "session:s1" : "alerts";
    const offset = this.events.length + 1;
    return { type, v, body, channel, offset, at: this.now, sender: userId };
  }
}

/** Names of what a command caused, or why it was refused. */
export function names(outcome: Bodies | string): readonly string[] | string {
  return typeof outcome === "string"
    ? outcome
    : outcome.map(({ event }) => event);
}
