/** What the hub counts of refusals, of readers it gave up, and of catching up: totals since the start. */

export interface HubCounts {
  /** Messages refused because they came too fast, or too many were under way (P18). */
  rateLimited: number;
  /** Messages that could not be read (P7). */
  malformed: number;
  /** Connections given up because their socket did not drain (P17). */
  droppedLaggards: number;
  /** Connections that did not answer heartbeats in time (P15). */
  heartbeatTimeouts: number;
  /** Subscriptions that caught up with what was in memory (P10, P17). */
  recoveriesFromMemory: number;
  /** And those for which the log was read. */
  recoveriesFromLog: number;
  /** Pages of the log read for that. */
  historyReads: number;
  /** Pages that were on their way for somebody else already. */
  sharedHistoryReads: number;
}

export function createHubCounts(): HubCounts {
  return {
    rateLimited: 0,
    malformed: 0,
    droppedLaggards: 0,
    heartbeatTimeouts: 0,
    recoveriesFromMemory: 0,
    recoveriesFromLog: 0,
    historyReads: 0,
    sharedHistoryReads: 0,
  };
}
