/** What one decision comes to: the entries, view rows and result that would be committed. */
import type {
  AnyCommandDeclaration,
  RecordedEvent,
} from "../domain/decider.ts";
import type { Json } from "./json.ts";
import type { Commit, IndexRow, NewEntry } from "./log/log.ts";
import type { User } from "./user.ts";

/** A command with its place, ready to be decided. */
export interface Request {
  readonly declaration: AnyCommandDeclaration;
  readonly input: unknown;
  readonly user: User;
  readonly channel: string;
  readonly subject: string;
  /** Set when a messageId was given. */
  readonly once?: Pick<Required<Commit>, "messageId" | "scope" | "requestHash">;
}

export interface Plan {
  readonly entries: readonly NewEntry[];
  readonly rows: readonly IndexRow[];
  /** State of the subject after the entries. */
  readonly state: unknown;
  /** Predicted last offset of the channel after them. */
  readonly head: number;
  readonly result: Json;
}

/** Where a command is decided: on what state, behind which offset, when. */
export interface Place {
  readonly state: unknown;
  readonly head: number;
  readonly now: number;
  readonly newId: (now: number) => string;
}

/** Decides a command and folds what it causes. @throws Whatever `decide` throws. */
export function plan(
  { declaration, input, user, channel, subject }: Request,
  place: Place,
): Plan {
  const { area } = declaration;
  const { now } = place;
  const events = area.decide(place.state, declaration.command(input), {
    user,
    now,
    newId: () => place.newId(now),
  });
  const entries: NewEntry[] = [];
  const rows: IndexRow[] = [];
  let { state, head } = place;
  for (const { type, v, body } of events) {
    const event: RecordedEvent = {
      type,
      v,
      body,
      channel,
      offset: ++head,
      at: now,
      sender: user.userId,
    };
    state = area.evolve(state, event);
    if (area.index) rows.push(...area.index(state, event));
    entries.push({ type, v, subject, at: now, body });
  }
  const result = declaration.result?.(state, input, user) ?? null;
  return { entries, rows, state, head, result };
}
