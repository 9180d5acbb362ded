/**
 * Keeps a list of jobs current: bars move with the signals, the rest is read again when a job
 * changes. Signals may be skipped and arrive twice, so a bar rests on the last of them alone.
 */
import type { Clock } from "../realtime/client/link.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import { numberOf } from "../realtime/client/wire.ts";

/** Changes that come together are one reading. */
const SOON_MS = 150;
/** Least time between readings, however much changes. */
const REST_MS = 1_000;

/** What a page shows, as far as it changes by itself. */
export interface JobsShown {
  /** Moves the bar of a job; false where none is shown. A total of 0 has no end. */
  bar(jobId: string, done: number, total: number): boolean;
  /** Reads again what is shown. */
  renew(): Promise<void>;
  /** Nobody looks. */
  isHidden(): boolean;
}

export interface JobsLiveOptions {
  readonly client: Pick<RealtimeClient, "on">;
  readonly clock: Clock;
  /** Also asked for so often while somebody looks, in ms. */
  readonly everyMs?: number;
  /** The only job that is shown; undefined for a list. */
  readonly jobId?: string;
}

export interface JobsLive {
  /** Reads again soon: the page was looked at anew, or a place in a channel was lost. */
  readonly soon: () => void;
  readonly stop: () => void;
}

/** How a job goes on without anything that a page shows. */
const SILENT = ["job_lease_renewed", "job_part"];

export function goLive(shown: JobsShown, options: JobsLiveOptions): JobsLive {
  const { client, clock, everyMs, jobId: only } = options;
  let cancel: (() => void) | undefined;
  let stopTick = () => {};
  let isReading = false;
  let isStale = false;
  let lastAt = -Infinity;
  /** By job, the last signal of the try it is at. */
  const sequences = new Map<string, number>();
  /** Jobs with no bar here: asked about once, not with every signal. */
  const absent = new Set<string>();

  const renew = async () => {
    cancel = undefined;
    if (shown.isHidden() || isReading) {
      isStale = true;
      return;
    }
    isStale = false;
    isReading = true;
    lastAt = clock.now();
    await shown.renew().catch(() => {});
    isReading = false;
    if (isStale && !shown.isHidden()) soon();
  };
  const soon = () => {
    const waitMs = Math.max(SOON_MS, lastAt + REST_MS - clock.now());
    cancel ??= clock.after(waitMs, () => void renew());
  };
  const tick = (ms: number) => {
    stopTick = clock.after(ms, () => {
      if (!shown.isHidden()) soon();
      tick(ms);
    });
  };
  if (everyMs) tick(everyMs);

  const stop = client.on("JOB_UPDATE", ({ payload }) => {
    const { jobId } = payload;
    if (typeof jobId !== "string" || SILENT.includes(payload.event)) return;
    if (only !== undefined && jobId !== only) return;
    if (payload.event !== "job_progress") {
      sequences.delete(jobId);
      absent.delete(jobId);
      return soon();
    }
    const sequence = numberOf(payload.sequence) ?? 0;
    if (sequence <= (sequences.get(jobId) ?? 0)) return;
    sequences.set(jobId, sequence);
    const done = numberOf(payload.done) ?? 0;
    const total = numberOf(payload.total) ?? 0;
    if (shown.bar(jobId, done, total) || absent.has(jobId)) return;
    absent.add(jobId);
    soon();
  });
  return {
    soon,
    stop: () => {
      stop();
      stopTick();
      cancel?.();
    },
  };
}
