/** What one decision comes to: the entries, view rows and result that would be committed. */
import type {
  AnyCommandDeclaration,
  RecordedEvent,
} from "../domain/decider.ts";
import type { Json } from "./json.ts";
import type { Commit, IndexRow, NewEntry, Write } from "./log/log.ts";
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

/** The subject of what people are told on their own channels. */
const NOTICES_SUBJECT = "notices";

export interface Plan {
  readonly entries: readonly NewEntry[];
  /** What people are told on their own channels, one write each. */
  readonly notices: readonly Write[];
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
  const notices = new Map<string, NewEntry[]>();
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
    for (const notice of area.notices?.(state, event) ?? []) {
      const told = notices.get(notice.channel) ?? [];
      told.push({ ...notice.event, subject: NOTICES_SUBJECT, at: now });
      notices.set(notice.channel, told);
    }
  }
  const result = declaration.result?.(state, input, user) ?? null;
  return {
    entries,
    notices: [...notices].map(([channel, entries]) => ({ channel, entries })),
    rows,
    state,
    head,
    result,
  };
}
