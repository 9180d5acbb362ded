/** What the connection chip shows, apart from how: shared by the chip, its parts and its source. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ConnectionView } from "../realtime/client/connection_state.ts";

export interface ConnectionModel {
  readonly view: ReadonlySignal<ConnectionView>;
  /** The client's clock, ticking while a countdown is shown. */
  readonly now: ReadonlySignal<number>;
  /** What to say about a loss that lasts; undefined while there is nothing to say. */
  readonly banner: ReadonlySignal<string | undefined>;
  readonly retry: () => void;
}

/** What the server renders: true before any script has run. */
export const CONNECTING: ConnectionView = {
  state: "connecting",
  restarting: false,
  retryAt: undefined,
  lostAt: undefined,
  heardAt: undefined,
  deniedBy: undefined,
  progress: undefined,
  latency: {
    samples: [],
    medianMs: undefined,
    p90Ms: undefined,
    p95Ms: undefined,
  },
  positions: [],
  queued: 0,
  connectionId: undefined,
  node: undefined,
  transport: undefined,
};

/** The model before any script runs, for the server and for hydration. */
export function stillConnecting(): ConnectionModel {
  return {
    view: signal(CONNECTING),
    now: signal(0),
    banner: signal(undefined),
    retry: () => {},
  };
}
