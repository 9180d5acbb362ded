/** Given–when–then for sessions: commands that went before, one command, what it causes. */
import type { RecordedEvent } from "../../../domain/decider.ts";
import {
  decide,
  type SessionCommand,
} from "../../../domain/sessions/decide.ts";
import {
  evolve,
  initial,
  type Session,
  type SessionState,
} from "../../../domain/sessions/session.ts";
import { Refusal } from "../../../domain/refusal.ts";
import { seal } from "../../../realtime/seal.ts";

export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
}

export const FAY = person("fay", "facilitator");
export const MIA = person("mia", "member");
export const OLI = person("oli", "observer");
export const ADA = person("ada", "admin");

export type Step = readonly [Person, SessionCommand];

export const opening = (
  more: Partial<Extract<SessionCommand, { command: "open_session" }>> = {},
): Step => [FAY, {
  command: "open_session",
  sessionId: "s1",
  title: "Weekly review",
  ...more,
}];

export const join: SessionCommand = { command: "join_session" };
export const leave: SessionCommand = { command: "leave_session" };
export const close: SessionCommand = { command: "close_session" };
export const say = (text: string): SessionCommand => ({
  command: "post_message",
  text,
});
export const remove = (userId: string): SessionCommand => ({
  command: "remove_participant",
  userId,
});

function person(userId: string, role: string): Person {
  return { userId, name: userId.toUpperCase(), roles: [role] };
}

/** A session live: every command decided and folded; refused ones are skipped. */
export class Live {
  state: SessionState = initial();
  readonly events: RecordedEvent[] = [];

  /** The bodies a command causes, or the code it is refused with. */
  run([user, command]: Step) {
    const offset = this.events.length;
    const context = {
      user,
      now: 1_000 + offset,
      newId: () => "id",
      seal,
      also: {},
    };
    try {
      const events = decide(this.state, command, context);
      for (const event of events) {
        this.add({
          ...event,
          channel: "session:s1",
          offset: this.events.length + 1,
          at: context.now,
          sender: user.userId,
        });
      }
      return events.map(({ body }) => body);
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  add(event: RecordedEvent): void {
    this.events.push(event);
    this.state = evolve(this.state, event);
  }

  get session(): Session {
    if (this.state.status === "none") throw new Error("nothing was opened");
    return this.state;
  }
}

export function given(...steps: Step[]): Live {
  const live = new Live();
  for (const step of steps) live.run(step);
  return live;
}

/** The session folded again from what is kept. */
export function fold(events: readonly RecordedEvent[]): SessionState {
  return events.reduce(evolve, initial());
}
