/**
 * The shape of a domain area. A decider is pure: time, ids and randomness come in
 * through `Context`, so the server, the browser and a replay compute the same.
 */
import type { z } from "zod";

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
  /** Name of the further subject it belongs to (`CommandDeclaration.also`). @default the command's own */
  readonly on?: string;
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

/** A value under seal: whoever gets value and salt later can check both against the commitment. */
export interface Seal {
  /** 64 hex digits. */
  readonly salt: string;
  /** SHA-256 of the salt's bytes followed by the canonical JSON (RFC 8785); 64 hex digits. */
  readonly commitment: string;
}

/** Who acts, when, and where fresh ids and seals come from. */
export interface Context<Also = unknown> {
  readonly user: {
    readonly userId: string;
    readonly name: string;
    readonly roles: readonly string[];
  };
  /** ms since 1970. */
  readonly now: number;
  /** A fresh UUIDv7. */
  readonly newId: () => string;
  /** Seals a value under a fresh random salt. */
  readonly seal: (value: Json) => Seal;
  /** States of the further subjects the command asked for, by name. */
  readonly also: Also;
}

/** One consistent unit: what it is at first, how events change it, which events a command causes. */
export interface Decider<State, Command, Also = unknown> {
  initial(): State;
  /** Never throws and ignores what it does not know: stored events fold for ever. */
  evolve(state: State, event: RecordedEvent): State;
  /** @throws {Refusal} When the command is not allowed now. */
  decide(
    state: State,
    command: Command,
    context: Context<Also>,
  ): readonly DomainEvent[];
}

/** A row of a view, as the log keeps it: upserted, deleted (`data: null`) or inserted once. */
export interface ViewRow {
  readonly view: string;
  readonly key: string;
  /** Orders the rows of a view; times in ms. */
  readonly sort?: number;
  readonly data: Json;
  readonly unique?: boolean;
}

/** A word to one person: an entry on their own channel, committed with what it tells of. */
export interface Notice {
  /** A `user:` channel; never the channel of the command itself. */
  readonly channel: string;
  readonly event: DomainEvent;
}

/** A decider with a name, and the rows that lists and searches read instead of folding. */
export interface Area<State, Command, Also = unknown>
  extends Decider<State, Command, Also> {
  readonly name: string;
  /**
   * Rows or results hold the offsets of its entries, and so must be right about them: what
   * would land elsewhere than predicted is decided again.
   */
  readonly keepsOffsets?: true;
  /**
   * Whom to tell of `event` besides its channel's readers; `state` is the state after it,
   * `also` what the command rested on.
   */
  notices?(state: State, event: RecordedEvent, also: Also): readonly Notice[];
  /** Rows that change with `event`; `state` is the state after it. Committed with the entry. */
  index?(state: State, event: RecordedEvent): readonly ViewRow[];
}

/** A subject by its place: where its entries lie and what folds them. */
export interface Place<State = unknown> {
  readonly area: Area<State, unknown>;
  readonly channel: string;
  readonly subject: string;
}

/** Roles from least to most (see `domain/access.ts`). */
export type RoleName = "observer" | "member" | "facilitator" | "admin";

/** A command, declared once: socket, HTTP, OpenAPI, permission and idempotency follow from it. */
export interface CommandDeclaration<Input, State, Command, Also = unknown> {
  readonly name: string;
  /** One line for the API's document. */
  readonly summary: string;
  readonly input: z.ZodType<Input>;
  /** Least role outside any session, asked before deciding; `decide` may ask for more. */
  readonly role: RoleName;
  /** Path parameters in braces are fields of the input. */
  readonly http: {
    readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
    readonly path: string;
    readonly status: 200 | 201 | 202;
  };
  readonly area: Area<State, Command, Also>;
  /** The server's own: neither the socket nor HTTP offers it. */
  readonly internal?: true;
  /** Where a messageId counts when the channel is not known before. @default the channel */
  readonly scope?: string;
  /** Fills in ids the caller left out, before `channel` and `subject` are asked. */
  complete?(
    input: Input,
    newId: () => string,
    /** SHA-256 of a value's canonical JSON; 64 hex digits. */
    digest: (value: Json) => string,
  ): Input;
  /** Where it writes; `user` tells a person's own channel. */
  channel(input: Input, user: Context["user"]): string;
  subject(input: Input): string;
  command(input: Input): Command;
  /**
   * Further subjects the decision rests on, by name. It may write to those in another
   * channel, which then must be written through this command's channel alone.
   */
  also?(input: Input): { readonly [Name in keyof Also]: Place<Also[Name]> };
  /** What the caller is answered, kept with the messageId; `state` is the state after. */
  result?(state: State, input: Input, user: Context["user"]): Json;
}

/** What everyone in a channel is told at once and nobody keeps: the latest per key wins (P9). */
export interface Signal {
  readonly type: string;
  readonly key: string;
  readonly payload: { readonly event: string; readonly [key: string]: Json };
}

/** A command that changes nothing: it is told to the channel's readers as a signal. */
export interface SignalDeclaration<Input, State, Also = unknown> {
  readonly name: string;
  readonly input: z.ZodType<Input>;
  place(input: Input): Place<State>;
  /** Further subjects it rests on, by name. */
  also?(input: Input): { readonly [Name in keyof Also]: Place<Also[Name]> };
  /** @throws {Refusal} When the user may not. */
  signal(
    state: State,
    input: Input,
    context: Pick<Context<Also>, "user" | "also">,
  ): Signal;
}

export type AnySignalDeclaration = SignalDeclaration<unknown, unknown, unknown>;

/** A declaration whose own types no longer matter: what a list of declarations holds. */
export type AnyCommandDeclaration = CommandDeclaration<
  unknown,
  unknown,
  unknown,
  unknown
>;
