/** What the socket side counts: connections, messages, refusals, catching up. */
import { TRANSPORTS } from "../../realtime/connection.ts";
import type { HubStats } from "../../realtime/connections.ts";
import {
  HANDSHAKE_REFUSALS,
  type HandshakeCounts,
} from "../../realtime/handshake_counts.ts";
import type { Histogram } from "../../realtime/histogram.ts";
import type { HubCounts } from "../../realtime/hub_counts.ts";
import type { Metric } from "./exposition.ts";
import { counter, gauge, histogram } from "./metric.ts";

export interface HubMetricSources {
  readonly hub: {
    stats(): HubStats;
    readonly counts: HubCounts;
    readonly deliveryMs: Histogram;
  };
  readonly handshakes: Pick<HandshakeCounts, "opened" | "refused">;
  /** Credentials that were presented and not taken, by kind. */
  readonly refusedCredentials: ReadonlyMap<string, number>;
}

export function hubMetrics(sources: HubMetricSources): readonly Metric[] {
  return [
    ...trafficMetrics(sources.hub),
    ...refusalMetrics(sources),
    ...recoveryMetrics(sources.hub.counts),
  ];
}

function trafficMetrics(hub: HubMetricSources["hub"]): readonly Metric[] {
  const figures = hub.stats();
  return [
    gauge("connections", "Open connections", figures.totalConnections),
    gauge(
      "stale_connections",
      "Connections whose heartbeat is late",
      figures.staleConnections,
    ),
    gauge(
      "lagging_connections",
      "Connections that take messages more slowly than they come",
      figures.laggingConnections,
    ),
    gauge("channels", "Channels with a reader here", figures.channels),
    gauge("subscriptions", "Open subscriptions", figures.subscriptions),
    counter(
      "messages_received",
      "Messages from connections",
      figures.messagesReceived,
    ),
    counter("messages_sent", "Messages to connections", figures.messagesSent),
    counter(
      "sent_bytes",
      "UTF-8 of the messages to connections",
      figures.bytesSent,
    ),
    {
      ...counter(
        "received_bytes",
        "UTF-8 of the messages from connections, by transport",
        0,
      ),
      samples: TRANSPORTS.map((transport) => ({
        labels: { transport },
        value: figures.bytesReceived[transport],
      })),
    },
    counter("publications", "Publications", figures.publications),
    histogram(
      "delivery_seconds",
      "From publication to the socket, per delivery",
      hub.deliveryMs,
    ),
  ];
}

function refusalMetrics(
  { hub, handshakes, refusedCredentials }: HubMetricSources,
): readonly Metric[] {
  const { counts } = hub;
  return [
    counter("handshakes", "Sockets opened", handshakes.opened),
    {
      ...counter("refused_handshakes", "Handshakes refused, by why", 0),
      samples: HANDSHAKE_REFUSALS.map((reason) => ({
        labels: { reason },
        value: handshakes.refused(reason),
      })),
    },
    {
      ...counter(
        "refused_credentials",
        "Credentials presented and not taken, by kind",
        0,
      ),
      samples: [...refusedCredentials].map(([kind, value]) => ({
        labels: { kind },
        value,
      })),
    },
    counter(
      "rate_limited_messages",
      "Messages refused because they came too fast",
      counts.rateLimited,
    ),
    counter(
      "malformed_messages",
      "Messages that could not be read",
      counts.malformed,
    ),
    counter(
      "dropped_laggards",
      "Connections given up because they took nothing for 30 s",
      counts.droppedLaggards,
    ),
    counter(
      "heartbeat_timeouts",
      "Connections given up because they did not answer",
      counts.heartbeatTimeouts,
    ),
  ];
}

function recoveryMetrics(counts: HubCounts): readonly Metric[] {
  return [
    {
      ...counter("recoveries", "Subscriptions that caught up, by source", 0),
      samples: [
        { labels: { source: "memory" }, value: counts.recoveriesFromMemory },
        { labels: { source: "log" }, value: counts.recoveriesFromLog },
      ],
    },
    counter(
      "history_reads",
      "Pages of the log read for those who catch up",
      counts.historyReads,
    ),
    counter(
      "shared_history_reads",
      "Pages that were on their way for somebody else",
      counts.sharedHistoryReads,
    ),
  ];
}
