/** The parts of a hub, put together: channels, publishing, subscriptions, requests, liveness. */
import { Channels } from "./channels.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { CLOSE } from "./codes.ts";
import type { Connection } from "./connection.ts";
import { Connections } from "./connections.ts";
import { FlushScheduler } from "./flush.ts";
import { Liveness } from "./heartbeat.ts";
import { Histogram } from "./histogram.ts";
import { createHubCounts } from "./hub_counts.ts";
import type { HubOptions } from "./hub_options.ts";
import { Laggards } from "./laggards.ts";
import { SILENT } from "./logger.ts";
import { aloneBus } from "./nodes/bus.ts";
import { PeerPresence } from "./nodes/presence_peers.ts";
import { PeerSignals } from "./nodes/signals.ts";
import { Topics } from "./nodes/topics.ts";
import { Numbering } from "./numbering.ts";
import { MAX_FRAME_BYTES } from "./protocol.ts";
import { Publisher } from "./publisher.ts";
import { SharedReads } from "./recovery.ts";
import { Requests } from "./requests.ts";
import { Subscriptions } from "./subscriptions.ts";
import { stoppable, systemAfter } from "./timer.ts";

/** Held by every connection (P8). */
export const EVERYBODY = "topic:all";

export type HubParts = ReturnType<typeof createHubParts>;

export function createHubParts(options: HubOptions) {
  const { log, access, userChannel, limits, tracing } = options;
  const {
    clock = SYSTEM_CLOCK,
    logger = SILENT,
    bus = aloneBus(options.node),
  } = options;
  const { after, stop: stopTimers } = stoppable(options.after ?? systemAfter);
  const counts = createHubCounts();
  const connections = new Connections();
  const deliveryMs = new Histogram();
  const waiting = (connection: Connection) => laggards.add(connection);
  const laggards: Laggards = new Laggards({
    now: clock.monotonicMs,
    resume: (connection) => subscriptions.resume(connection),
    giveUp: (connection) => {
      counts.droppedLaggards++;
      end(connection, CLOSE.tooSlow);
    },
  });
  const scheduler = new FlushScheduler((error) =>
    logger.error("flush failed", { error })
  );
  const presence = new PeerPresence({
    bus,
    channels: () => channels,
    logger,
    after,
  });
  const numbering = new Numbering(clock.now);
  const topics = options.topicOwners && new Topics({
    bus,
    owners: options.topicOwners,
    channels: () => channels,
    numbering,
    newEpoch,
    logger,
    after,
    pinned: [EVERYBODY],
  });
  const channels: Channels = new Channels(log, {
    scheduler,
    maxFrameBytes: Math.min(MAX_FRAME_BYTES, limits.maxBufferedBytes),
    transientCapacity: limits.transientHistory,
    deliveryMs,
    tracing,
    peers: presence,
    behind: ({ connection: { id } }) => {
      const connection = connections.get(id);
      if (connection !== undefined) laggards.add(connection);
    },
  }, {
    newEpoch,
    opened: (channel) => presence.opened(channel),
    openTopic: topics && ((name) => topics.open(name)),
    forgotten: (channel) => topics?.forgotten(channel),
  });
  const signals = new PeerSignals({ bus, scheduler, channels });
  const publisher = new Publisher({
    channels,
    numbering,
    topics,
    log,
    access,
    userChannel,
    maxPayloadBytes: limits.maxMessageBytes,
    now: clock.now,
  });
  const subscriptions: Subscriptions = new Subscriptions({
    channels,
    presence,
    access,
    reads: new SharedReads(log, counts),
    log,
    logger,
    maxSubscriptions: limits.maxSubscriptions,
    waiting,
  });
  const requests = new Requests({
    subscriptions,
    publish: (publish) => publisher.publish(publish),
    sendDirect: (direct) => publisher.sendDirect(direct),
    runCommand: options.runCommand,
    commandChannel: options.commandChannel,
    userChannel,
    clock,
    logger,
    counts,
    maxMessageBytes: limits.maxMessageBytes,
    maxPendingRequests: limits.maxPendingRequests,
    end: (connection, code) => end(connection, code),
    waiting,
  });
  const liveness = new Liveness({
    clock,
    heartbeat: limits.heartbeat,
    changed: (connection) => subscriptions.touchPresence(connection),
    revived: waiting,
    over: (connection) => {
      counts.heartbeatTimeouts++;
      end(connection, CLOSE.heartbeatTimeout);
    },
  });

  /** The socket is gone, or is to be taken as gone. May be called more than once. */
  function forget(connection: Connection): void {
    if (!connections.delete(connection)) return;
    laggards.delete(connection);
    subscriptions.dropAll(connection);
    connection.close(1000);
    connection.onForget?.();
    logger.debug("disconnected", logProperties(connection));
  }

  /** Closes it and forgets it at once (P16). */
  function end(connection: Connection, code: number, reason = ""): void {
    const level = code === CLOSE.restarting ? "debug" : "info";
    logger[level]("closing a connection", {
      ...logProperties(connection),
      code,
    });
    connection.close(code, reason);
    forget(connection);
  }

  /** Ends what runs by itself; connections are left as they are. */
  function stop(): void {
    signals.stop();
    presence.stop();
    topics?.stop();
    stopTimers();
    scheduler.stop();
    laggards.stop();
  }

  return {
    bus,
    channels,
    clock,
    connections,
    counts,
    deliveryMs,
    end,
    forget,
    laggards,
    liveness,
    logger,
    options,
    presence,
    publisher,
    requests,
    signals,
    stop,
    subscriptions,
    topics,
  };
}

/** What stands in the log beside everything about a connection. */
export function logProperties({ id, user }: Connection) {
  return { connectionId: id, userId: user.userId };
}

/** Short, because every publication carries it; random, because it names one life. */
function newEpoch(): string {
  return crypto.randomUUID().slice(0, 8);
}
