/** What one node tells of itself: how it does, and how safe what it acknowledges is. */
import * as z from "zod";
import type { AckLevel } from "../codes.ts";
import type { HubStats } from "../connections.ts";

const ACK_LEVELS = ["accepted", "stored", "replicated"] as const;

/** Counts of connections and messages, as `HubStats` says them, and more of the process. */
export const NodeFigures = z.object({
  node: z.string(),
  /** ms since 1970. */
  startedAt: z.number(),
  uptimeMs: z.number(),
  /** What an acknowledgement of this node promises (P14). */
  ackLevel: z.enum(ACK_LEVELS) satisfies z.ZodType<AckLevel>,
  /** The worst of the last 10 s, in ms. */
  loopLagMs: z.number(),
  rssBytes: z.number(),
  totalConnections: z.number(),
  activeConnections: z.number(),
  authenticatedConnections: z.number(),
  staleConnections: z.number(),
  laggingConnections: z.number(),
  channels: z.number(),
  subscriptions: z.number(),
  messagesReceived: z.number(),
  messagesSent: z.number(),
  publications: z.number(),
  averageLatencyMs: z.number().nullable(),
  deliveryMs: z.object({ p50: z.number(), p99: z.number() }),
});
export type NodeFigures = z.infer<typeof NodeFigures>;

export interface FigureParts {
  readonly hub: { stats(): HubStats };
  readonly log: { readonly level: AckLevel };
  readonly lag: { readonly worstMs: number };
  readonly memory: () => { readonly rss: number };
  /** ms since 1970. */
  readonly now: () => number;
}

/** The figures of this node as they are now. */
export function nodeFigures(
  { hub, log, lag, memory, now }: FigureParts,
): NodeFigures {
  // Bytes are told at /metrics, by transport.
  const { bytesSent: _out, bytesReceived: _in, ...stats } = hub.stats();
  return {
    ...stats,
    startedAt: now() - stats.uptimeMs,
    ackLevel: log.level,
    loopLagMs: Math.round(lag.worstMs * 10) / 10,
    rssBytes: memory().rss,
  };
}
