/** Folds of subjects: made from the log when first needed, kept current by its feed, bounded in number. */
import type { Area, RecordedEvent } from "../domain/decider.ts";
import type { ChannelPosition, Entry, Log, Position } from "./log/log.ts";
import { isRemoval } from "./log/record.ts";
import type { Logger } from "./logger.ts";

/** Entries read at once while a fold is made. */
const PAGE_ENTRIES = 500;

/** What of an area a fold needs; commands do not matter here. */
export type Evolves<State> = Pick<
  Area<State, unknown>,
  "name" | "initial" | "evolve" | "keepsOffsets"
>;

/** One subject of one channel, folded up to what is committed and known here. */
export class Fold<State> {
  state: State;
  /** Offset of the subject's last folded entry; 0: none. */
  last = 0;
  /** How many users need this fold to stay; it is not evicted above 0. */
  held = 0;
  /** Set while the fold is made; entries the feed brings meanwhile wait in `early`. */
  loading?: Promise<void>;
  readonly early: Entry[] = [];
  /** Nothing of the subject is missing up to here. */
  end: Position = { epoch: "", offset: 0, hash: "" };

  constructor(
    readonly area: Evolves<State>,
    readonly channel: string,
    readonly subject: string,
  ) {
    this.state = area.initial();
  }

  /** Folds an entry in; one that is folded already is skipped. */
  apply(entry: Entry): void {
    if (entry.offset <= this.last) return;
    this.state = isRemoval(entry.bodyText)
      ? this.area.initial()
      : this.area.evolve(this.state, recordedEvent(entry));
    this.last = entry.offset;
    if (entry.offset > this.end.offset) this.end = entry;
  }
}

/** The folds one channel has here, and how far its feed has come since the first of them. */
interface Channel {
  seen?: Position;
  readonly subjects: Map<string, Fold<unknown>[]>;
}

type FoldLog = Pick<Log, "readSubject" | "head" | "feed">;

export interface FoldsOptions {
  readonly log: FoldLog;
  readonly logger: Logger;
  /** Folds kept at most, but for those in use. */
  readonly maxFolds: number;
}

export class Folds {
  readonly #log: FoldLog;
  readonly #logger: Logger;
  readonly #maxFolds: number;
  readonly #channels = new Map<string, Channel>();
  /** All folds, least recently used first. */
  readonly #recent = new Set<Fold<unknown>>();
  readonly #stopFeed: () => void;

  constructor({ log, logger, maxFolds }: FoldsOptions) {
    this.#log = log;
    this.#logger = logger;
    this.#maxFolds = maxFolds;
    this.#stopFeed = log.feed((entries) => this.#follow(entries));
  }

  get size(): number {
    return this.#recent.size;
  }

  /**
   * Takes the fold of a subject and keeps it until `release`. While `loading` is set it is
   * being made from the log; that promise rejects when the log cannot be read.
   */
  hold<State>(
    area: Evolves<State>,
    channel: string,
    subject: string,
  ): Fold<State> {
    const kept = this.#channels.get(channel)?.subjects.get(subject)
      ?.find((fold) => isOf(fold, area));
    if (kept && isOf(kept, area)) {
      kept.held++;
      this.#recent.delete(kept);
      this.#recent.add(kept);
      return kept;
    }
    const fold = new Fold(area, channel, subject);
    fold.held++;
    this.#keep(fold);
    fold.loading = this.#load(fold);
    return fold;
  }

  release(fold: Fold<unknown>): void {
    fold.held--;
    this.#evict();
  }

  /** The channel's position that `fold.state` is the state at. */
  position(fold: Fold<unknown>): ChannelPosition {
    const seen = this.#channels.get(fold.channel)?.seen;
    const { epoch, offset, hash } = seen && seen.offset > fold.end.offset
      ? seen
      : fold.end;
    return { channel: fold.channel, epoch, offset, hash: hash.slice(0, 16) };
  }

  /** Folds in what the log has by now, also what the feed has not brought yet. */
  async catchUp(fold: Fold<unknown>): Promise<void> {
    const { area, channel } = fold;
    // Only there does the end of the channel matter, and not just the subject's.
    const head = area.keepsOffsets && await this.#log.head(channel);
    await this.#read(fold);
    if (head && head.offset > fold.end.offset) fold.end = head;
  }

  async #read(fold: Fold<unknown>): Promise<void> {
    const { channel, subject } = fold;
    // Until nothing comes: a store may give fewer than asked for.
    for (;;) {
      const entries = await this.#log.readSubject(
        channel,
        subject,
        fold.last,
        PAGE_ENTRIES,
      );
      if (entries.length === 0) return;
      for (const entry of entries) fold.apply(entry);
    }
  }

  close(): void {
    this.#stopFeed();
    this.#recent.clear();
    this.#channels.clear();
  }

  async #load(fold: Fold<unknown>): Promise<void> {
    try {
      // The head first: all of the subject up to it is then in the pages read after it.
      const head = await this.#log.head(fold.channel);
      await this.#read(fold);
      for (const entry of fold.early.splice(0)) fold.apply(entry);
      if (head.offset >= fold.end.offset) fold.end = head;
      fold.loading = undefined;
    } catch (error) {
      this.#forget(fold);
      throw error;
    }
  }

  #follow(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const channel = this.#channels.get(entry.channel);
      if (!channel) continue;
      channel.seen = entry;
      for (const fold of channel.subjects.get(entry.subject) ?? []) {
        if (fold.loading) fold.early.push(entry);
        else this.#applyOrForget(fold, entry);
      }
    }
  }

  /** A throwing `evolve` is a bug of its area; it must not stop the feed for everyone else. */
  #applyOrForget(fold: Fold<unknown>, entry: Entry): void {
    try {
      fold.apply(entry);
    } catch (error) {
      this.#logger.error("Cannot fold an entry", {
        area: fold.area.name,
        channel: entry.channel,
        offset: entry.offset,
        error,
      });
      this.#forget(fold);
    }
  }

  #keep(fold: Fold<unknown>): void {
    let channel = this.#channels.get(fold.channel);
    if (!channel) {
      channel = { subjects: new Map() };
      this.#channels.set(fold.channel, channel);
    }
    const folds = channel.subjects.get(fold.subject) ?? [];
    channel.subjects.set(fold.subject, [...folds, fold]);
    this.#recent.add(fold);
  }

  #forget(fold: Fold<unknown>): void {
    this.#recent.delete(fold);
    const channel = this.#channels.get(fold.channel);
    const rest = channel?.subjects.get(fold.subject)
      ?.filter((other) => other !== fold) ?? [];
    if (rest.length > 0) channel?.subjects.set(fold.subject, rest);
    else channel?.subjects.delete(fold.subject);
    if (channel?.subjects.size === 0) this.#channels.delete(fold.channel);
  }

  #evict(): void {
    if (this.#recent.size <= this.#maxFolds) return;
    for (const fold of this.#recent) {
      if (fold.held === 0) this.#forget(fold);
      if (this.#recent.size <= this.#maxFolds) return;
    }
  }
}

function isOf<State>(
  fold: Fold<unknown>,
  area: Evolves<State>,
): fold is Fold<State> {
  return fold.area === area;
}

/** An entry as the domain reads it. */
export function recordedEvent(
  entry: Omit<RecordedEvent, "body"> & Pick<Entry, "bodyText">,
): RecordedEvent {
  const { type, v, channel, offset, at, sender, bodyText } = entry;
  const parsed: unknown = bodyText === null ? null : JSON.parse(bodyText);
  const body = isEventBody(parsed) ? parsed : null;
  return { type, v, body, channel, offset, at, sender };
}

function isEventBody(
  value: unknown,
): value is NonNullable<RecordedEvent["body"]> {
  return typeof value === "object" && value !== null && "event" in value &&
    typeof value.event === "string";
}
