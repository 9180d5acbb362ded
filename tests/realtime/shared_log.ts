/** One memory log as several nodes share it: what others wrote is told late, and turns are taken. */
import type { Commit, Committed, Entry, Log } from "../../realtime/log/log.ts";
import { HeldLog } from "./commands_fixture.ts";

/** The turns of one store, over all its nodes: first come, first served. */
export class StoreTurns {
  /** Turns that were had. */
  taken = 0;
  readonly #last = new Map<string, Promise<void>>();

  async take(channel: string): Promise<() => void> {
    const before = this.#last.get(channel);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(channel, promise);
    await before;
    this.taken++;
    return resolve;
  }
}

/** A node's sight of the store: of others' entries it hears before its own next one, or never. */
export class SharedLog extends HeldLog {
  readonly #turns: StoreTurns;
  #tell = () => {};

  constructor(inner: Log, turns: StoreTurns) {
    super(inner);
    this.#turns = turns;
  }

  readonly turn: NonNullable<Log["turn"]> = (channel) =>
    this.#turns.take(channel);

  override async commit(commit: Commit): Promise<Committed> {
    const committed = await super.commit(commit);
    this.#tell();
    return committed;
  }

  override feed: Log["feed"] = (listener, ...options) => {
    const unheard: Entry[] = [];
    let last = 0;
    this.#tell = () => listener(unheard.splice(0), last);
    return this.inner.feed((entries, cursor) => {
      unheard.push(...entries);
      last = cursor;
    }, ...options);
  };
}
