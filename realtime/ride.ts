/** A command in the line of its channel: what it waits for, and what came of it. */
import type { Fold } from "./fold.ts";
import type { Json } from "./json.ts";
import {
  type ChannelPosition,
  type Committed,
  LogConflict,
} from "./log/log.ts";
import type { Request } from "./plan.ts";

export interface Answer {
  readonly result: Json;
  /** Where the channels stand after it, or stood when nothing was to be written. */
  readonly positions: readonly ChannelPosition[];
  readonly duplicate?: true;
}

/** One command on its way. */
export interface Work extends Request {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export type Outcome =
  | { readonly state: "committed"; readonly committed: Committed }
  /** Done before under the same messageId. */
  | { readonly state: "known"; readonly committed: Committed }
  /** Rests on what was known here, and another node may have said more. */
  | { readonly state: "stale" }
  | { readonly state: "failed"; readonly error: unknown }
  /** Written nothing; holds as soon as what it rests on is committed. */
  | { readonly state: "answered"; readonly result: Json }
  | { readonly state: "refused"; readonly error: unknown };

/** A command in the line of its channel. */
export interface Ride {
  readonly work: Work;
  readonly fold: Fold<unknown>;
  /** Folds of the further subjects, by name. */
  readonly also: ReadonlyMap<string, Fold<unknown>>;
  /** Goes on where the command was asked for, among spans; undefined without a tracer. */
  readonly within: (<Result>(work: () => Result) => Result) | undefined;
  /** `ready`: the fold is there; `done`: answered. */
  state: "preparing" | "ready" | "done";
  attempts: number;
  /** Its folds were brought up to date from the store after it had come. */
  isCurrent: boolean;
  outcome?: Outcome;
}

/** Its own subject's, and those of the further ones. */
export function foldsOf({ fold, also }: Ride): readonly Fold<unknown>[] {
  return [fold, ...also.values()];
}

/**
 * The subject whose commits this one shares its fate with: what rests on a session falls
 * with it, and commits of unrelated subjects do not.
 */
export function rootOf({ work, also }: Ride): string {
  const { channel, subject } = work;
  const root = [...also.values()].find((fold) => fold.channel === channel);
  return root?.subject ?? subject;
}

/** Another wrote first: it is decided again. */
export function isExpectedConflict(error: unknown): boolean {
  return error instanceof LogConflict && error.reason === "expected";
}
