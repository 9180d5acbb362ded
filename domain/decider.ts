/**
 * The shape of a domain area. A decider is pure: time, ids and randomness come in
 * through `Context`, so the server, the browser and a replay compute the same.
 */

/** JSON as the domain keeps it; mirrors what the log accepts. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What happened. `type` is the message type it travels as; `body.event` names it. */
export interface DomainEvent {
  readonly type: string;
  /** Version of the body's shape. Stored events never change; a new shape is a new version. */
  readonly v: number;
  readonly body: { readonly event: string; readonly [key: string]: Json };
}

/** An event in its place in the log. `body` is null once it was erased. */
export interface RecordedEvent {
  readonly type: string;
  readonly v: number;
  readonly body: DomainEvent["body"] | null;
  readonly channel: string;
  readonly offset: number;
  /** ms since 1970, by the server's clock. */
  readonly at: number;
  /** User id of who caused it; null once that person was erased. */
  readonly sender: string | null;
}

/** Who acts, when, and where fresh ids come from. */
export interface Context {
  readonly user: {
    readonly userId: string;
    readonly name: string;
    readonly roles: readonly string[];
  };
  /** ms since 1970. */
  readonly now: number;
  /** A fresh UUIDv7. */
  readonly newId: () => string;
}

/** One consistent unit: what it is at first, how events change it, which events a command causes. */
export interface Decider<State, Command> {
  initial(): State;
  /** Never throws and ignores what it does not know: stored events fold for ever. */
  evolve(state: State, event: RecordedEvent): State;
  /** @throws {Refusal} When the command is not allowed now. */
  decide(
    state: State,
    command: Command,
    context: Context,
  ): readonly DomainEvent[];
}
