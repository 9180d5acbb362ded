/** What one decision comes to: the entries, view rows and result that would be committed. */
import type {
  AnyCommandDeclaration,
  DomainEvent,
  Notice,
  Place as Subject,
  RecordedEvent,
} from "../domain/decider.ts";
import type { Json } from "./json.ts";
import type { Commit, IndexRow, NewEntry, Write } from "./log/log.ts";
import { seal } from "./seal.ts";
import type { User } from "./user.ts";

/** A command with its place, ready to be decided. */
export interface Request {
  readonly declaration: AnyCommandDeclaration;
  readonly input: unknown;
  readonly user: User;
  readonly channel: string;
  readonly subject: string;
  /** Further subjects it rests on, by name. */
  readonly also: Readonly<Record<string, Subject>>;
  /** Set when a messageId was given. */
  readonly once?: Pick<Required<Commit>, "messageId" | "scope" | "requestHash">;
}

/** The subject of what people are told on their own channels. */
const NOTICES_SUBJECT = "notices";

/** What is written to one subject. */
export interface Part {
  /** Name of a further subject; undefined for the command's own. */
  readonly name?: string;
  readonly entries: readonly NewEntry[];
  /** State of the subject after the entries. */
  readonly state: unknown;
  /** Predicted last offset of the channel after them. */
  readonly head: number;
}

export interface Plan {
  readonly own: Part;
  /** The further subjects that are written to. */
  readonly also: readonly Part[];
  /** What people are told on their own channels, one write each. */
  readonly notices: readonly Write[];
  readonly rows: readonly IndexRow[];
  readonly result: Json;
}

/** Where a command is decided: on what states, behind which offsets, when. */
export interface Standing {
  readonly state: unknown;
  readonly head: number;
  /** The further subjects, by the names of the request. */
  readonly also: Readonly<
    Record<string, { readonly state: unknown; readonly head: number }>
  >;
  readonly now: number;
  readonly newId: (now: number) => string;
}

/** Decides a command and folds what it causes. @throws Whatever `decide` throws. */
export function plan(request: Request, standing: Standing): Plan {
  const { declaration, input, user } = request;
  const { now } = standing;
  const { area } = declaration;
  const surroundings = Object.fromEntries(
    Object.entries(standing.also).map(([name, { state }]) => [name, state]),
  );
  const events = area.decide(standing.state, declaration.command(input), {
    user,
    now,
    newId: () => standing.newId(now),
    seal,
    also: surroundings,
  });
  const told = new Notices();
  const rows: IndexRow[] = [];
  const write = (
    { area, channel, subject }: Subject,
    { state, head }: { readonly state: unknown; readonly head: number },
    events: readonly DomainEvent[],
  ): Part => {
    const entries: NewEntry[] = [];
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
      entries.push({ type, v, subject, at: now, body });
      told.add(area.notices?.(state, event, surroundings) ?? [], now);
      if (area.index) rows.push(...area.index(state, event));
    }
    return { entries, state, head };
  };
  const own = write(
    { area, channel: request.channel, subject: request.subject },
    standing,
    events.filter(({ on }) => on === undefined),
  );
  const also = namesIn(events).map((name): Part => {
    const subject = furtherSubject(request, name);
    const belonging = events.filter(({ on }) => on === name);
    return { ...write(subject, standing.also[name], belonging), name };
  });
  const result = declaration.result?.(own.state, input, user) ?? null;
  return { own, also, notices: told.writes(), rows, result };
}

/** Gathers what people are told, so that each channel is written once. */
class Notices {
  readonly #entries = new Map<string, NewEntry[]>();

  add(notices: readonly Notice[], at: number): void {
    for (const { channel, event: { type, v, body } } of notices) {
      const told = this.#entries.get(channel) ?? [];
      told.push({ type, v, body, subject: NOTICES_SUBJECT, at });
      this.#entries.set(channel, told);
    }
  }

  writes(): readonly Write[] {
    return [...this.#entries].map(([channel, entries]) => ({
      channel,
      entries,
    }));
  }
}

function namesIn(events: readonly DomainEvent[]): readonly string[] {
  const names = new Set<string>();
  for (const { on } of events) if (on !== undefined) names.add(on);
  return [...names];
}

function furtherSubject({ also, channel }: Request, name: string): Subject {
  const subject = Object.hasOwn(also, name) ? also[name] : undefined;
  if (subject === undefined) {
    throw new RangeError(`Cannot write to a subject not asked for: ${name}`);
  }
  // Two writes of one commit to one channel would not keep the order of the events.
  if (subject.channel === channel) {
    throw new RangeError(`Cannot write to another subject here: ${name}`);
  }
  return subject;
}
