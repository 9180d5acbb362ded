/**
 * The bus: how the nodes of one house tell each other what no log keeps: signals, presence,
 * topics, who is to be sent away. Entries never travel here; every node reads them from the
 * store. The contract is in numbered rules that every implementation is tested against.
 *
 * - **N1** What a node publishes reaches the listeners of every other living node, and never
 *   its own; with `to`, that node's alone.
 * - **N2** Messages of one sender arrive in the order they were published, each at most once.
 * - **N3** Messages may be lost. A receiver that may have lost some calls `onLost`, so whoever
 *   needs all of them asks again.
 * - **N4** Publishing never waits and never throws; what waits to leave is bounded.
 * - **N5** `peers` are the nodes whose lease has not run out, this one excepted. A node that
 *   dies without a word is gone from it within `LEASE_MS` and a look. One that is not alive
 *   itself sees nobody.
 * - **N6** `isAlive` is false once this node's own lease may have run out: then others may
 *   have taken what it owned, however long it slept. It is false before any other node sees it
 *   gone; when it turns true again, `onLost` is called in the same turn.
 */
import type { Json } from "../json.ts";

/** How long a node counts as living after it last said so, in ms. */
export const LEASE_MS = 6_000;

export type BusListener = (body: Json, from: string) => void;

/** What went over the bus since the start. */
export interface BusCounts {
  /** Messages handed over to leave. */
  readonly sent: number;
  /** Messages that came from other nodes. */
  readonly received: number;
  /** Messages given up here because too many waited to leave. */
  readonly dropped: number;
  /** How often this node may have missed some of the others' (N3). */
  readonly gaps: number;
}

export interface Bus {
  /** Id of this life of this node, as peers see it. */
  readonly node: string;
  readonly counts: BusCounts;
  publish(
    subject: string,
    body: Json,
    options?: { readonly to?: string },
  ): void;
  /** Returns the stop. A listener that throws is logged; the others go on. */
  subscribe(subject: string, listener: BusListener): () => void;
  peers(): readonly string[];
  /** Called with the peers that are there now whenever one came or went. Returns the stop. */
  onPeers(listener: (peers: readonly string[]) => void): () => void;
  onLost(listener: () => void): () => void;
  isAlive(): boolean;
  /** Says goodbye, so that nobody waits for the lease. */
  close(): Promise<void>;
}

/** The bus of a node that is the only one: nobody hears, nobody comes. */
export function aloneBus(node: string): Bus {
  const stop = () => {};
  return {
    node,
    counts: { sent: 0, received: 0, dropped: 0, gaps: 0 },
    publish: stop,
    subscribe: () => stop,
    peers: () => [],
    onPeers: () => stop,
    onLost: () => stop,
    isAlive: () => true,
    close: () => Promise.resolve(),
  };
}
