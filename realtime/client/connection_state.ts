/** What a client's connection can be (P21), and which changes there are (I9). */
import type { Progress } from "./channels.ts";
import type { LatencyFigures } from "./latency.ts";
import type { NamedPosition } from "./wire.ts";

export const CLIENT_STATES = [
  "connecting",
  "live",
  "slow",
  "reconnecting",
  "catching_up",
  "offline",
  "denied",
] as const;
export type ClientState = typeof CLIENT_STATES[number];

/** Every change that may happen; tests hold the client to it. */
export const EDGES: Readonly<Record<ClientState, readonly ClientState[]>> = {
  connecting: ["live", "reconnecting", "offline", "denied"],
  live: ["slow", "catching_up", "reconnecting", "offline", "denied"],
  slow: ["live", "catching_up", "reconnecting", "offline", "denied"],
  reconnecting: ["live", "catching_up", "offline", "denied"],
  catching_up: ["live", "slow", "reconnecting", "offline", "denied"],
  offline: ["connecting", "live", "catching_up", "reconnecting", "denied"],
  denied: ["connecting", "offline"],
};

/** Why the server will not have us: signed out, or closed for good for another reason. */
export type DeniedBy = "signed_out" | "closed";

/** Everything a page shows about its connection. */
export interface ConnectionView {
  readonly state: ClientState;
  /** A restart was announced: the chip says so instead of alarming (P20). */
  readonly restarting: boolean;
  /** When the next attempt starts, on the client's clock; undefined while one is under way. */
  readonly retryAt: number | undefined;
  /** When the loss was noticed, on the client's clock. */
  readonly lostAt: number | undefined;
  /** When the server was last heard before the loss: what is shown is as of then. */
  readonly heardAt: number | undefined;
  readonly deniedBy: DeniedBy | undefined;
  readonly progress: Progress | undefined;
  readonly latency: LatencyFigures;
  readonly positions: readonly NamedPosition[];
  /** Commands not acknowledged yet. */
  readonly queued: number;
  readonly connectionId: string | undefined;
  readonly node: string | undefined;
  /** How messages travel: `websocket`, or `sse` where sockets are blocked (P27). */
  readonly transport: string | undefined;
}
