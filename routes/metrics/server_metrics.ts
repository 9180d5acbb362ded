/** What this server counts, by the names that dashboards know. */
import type { CommandStats } from "../../realtime/commands.ts";
import type { DerivedStats } from "../../realtime/derived.ts";
import type { DueStats } from "../../realtime/due.ts";
import type { Histogram } from "../../realtime/histogram.ts";
import type { LoopLag } from "../../realtime/loop_lag.ts";
import type { MeasuredLog } from "../../realtime/log/measured.ts";
import type { Bus } from "../../realtime/nodes/bus.ts";
import type { JobEngineStats } from "../jobs/job_engine.ts";
import type { QueueFigures } from "../jobs/job_board.ts";
import type { JobPoolStats } from "../jobs/job_pool.ts";
import type { CacheStatistics } from "../result_cache.ts";
import type { Metric, Sample } from "./exposition.ts";
import { hubMetrics, type HubMetricSources } from "./hub_metrics.ts";
import { counter, gauge, histogram } from "./metric.ts";

/** Everything is read when somebody asks, and nothing counted for that alone. */
export interface MetricSources extends HubMetricSources {
  readonly version: string;
  readonly log: Pick<MeasuredLog, "appendMs" | "commits" | "writable">;
  readonly lag: Pick<LoopLag, "lagMs" | "worstMs">;
  readonly bus: Pick<Bus, "counts" | "peers" | "isAlive">;
  readonly commands: { stats(): CommandStats };
  readonly due: { stats(): DueStats };
  readonly derived: { stats(): DerivedStats };
  readonly jobs: {
    readonly board: { figures(): Promise<QueueFigures> };
    readonly engine: { stats(): JobEngineStats };
    readonly pool: { stats(): JobPoolStats };
  };
  readonly cache: { statistics(): CacheStatistics };
  /** Resident memory in bytes, and of it the heap in use. */
  readonly memory: () => {
    readonly rss: number;
    readonly heapUsed: number;
  };
  /** Requests answered so far, by status. */
  readonly http: {
    readonly answered: ReadonlyMap<number, number>;
    readonly durationMs: Histogram;
  };
}

export async function serverMetrics(
  sources: MetricSources,
): Promise<readonly Metric[]> {
  return [
    ...processMetrics(sources),
    ...hubMetrics(sources),
    ...httpMetrics(sources.http),
    ...logMetrics(sources),
    ...jobMetrics(sources.jobs, await sources.jobs.board.figures()),
    ...cacheMetrics(sources.cache.statistics()),
    ...nodeMetrics(sources.bus),
  ];
}

function nodeMetrics(bus: MetricSources["bus"]): readonly Metric[] {
  const { sent, received, dropped, gaps } = bus.counts;
  return [
    gauge("node_peers", "Other nodes that live", bus.peers().length),
    gauge(
      "node_alive",
      "1: the others know that this node lives; 0: they may take it for dead",
      bus.isAlive() ? 1 : 0,
    ),
    counter("node_messages_sent", "Messages for other nodes", sent),
    counter("node_messages_received", "Messages of other nodes", received),
    counter(
      "node_messages_dropped",
      "Messages for other nodes given up because too many waited",
      dropped,
    ),
    counter(
      "node_message_gaps",
      "Times this node may have missed messages of others and asked again",
      gaps,
    ),
  ];
}

function processMetrics(
  { version, memory, lag, hub }: MetricSources,
): readonly Metric[] {
  const { rss, heapUsed } = memory();
  return [
    {
      ...gauge("build_info", "Always 1; its labels say what runs", 1),
      samples: [{ labels: { version, node: hub.stats().node }, value: 1 }],
    },
    gauge(
      "uptime_seconds",
      "Since this process started",
      hub.stats().uptimeMs / 1000,
    ),
    gauge("resident_memory_bytes", "Resident memory of this process", rss),
    gauge("heap_used_bytes", "Heap in use on the main thread", heapUsed),
    gauge(
      "event_loop_lag_seconds",
      "How late the event loop was at worst, in the last 10 s",
      lag.worstMs / 1000,
    ),
    histogram(
      "event_loop_delay_seconds",
      "How late the event loop was, looked at ten times a second",
      lag.lagMs,
    ),
  ];
}

function httpMetrics(
  { answered, durationMs }: MetricSources["http"],
): readonly Metric[] {
  const samples: Sample[] = [...answered].map(([status, value]) => ({
    labels: { status: String(status) },
    value,
  }));
  return [
    { ...counter("http_requests", "Requests answered, by status", 0), samples },
    histogram(
      "http_request_seconds",
      "From a request to the beginning of its answer",
      durationMs,
    ),
  ];
}

function logMetrics(
  { log, commands, due, derived }: MetricSources,
): readonly Metric[] {
  const figures = commands.stats();
  const dues = due.stats();
  const told = derived.stats();
  return [
    gauge(
      "log_writable",
      "1 while the store takes writes",
      log.writable() ? 1 : 0,
    ),
    histogram(
      "append_seconds",
      "From asking to kept, per commit",
      log.appendMs,
    ),
    counter("failed_appends", "Commits not kept", log.commits.failed),
    counter("commands", "Commands executed", figures.executed),
    counter("refused_commands", "Commands the domain refused", figures.refused),
    counter(
      "command_conflicts",
      "Commands decided again because another was first",
      figures.conflicts,
    ),
    counter("duplicate_commands", "Retries answered once", figures.duplicates),
    counter(
      "unavailable_commands",
      "Commands the store could not take",
      figures.unavailable,
    ),
    gauge("waiting_commands", "Commands not decided yet", figures.waiting),
    gauge("commands_in_flight", "Commands being kept", figures.inFlight),
    gauge("folds", "Folded subjects in memory", figures.folds),
    counter("due_fired", "Deadlines that took effect", dues.fired),
    counter("due_failed", "Deadlines tried again", dues.failed),
    gauge("due_running", "Deadlines under way", dues.running),
    counter("derived_signals", "Figures told to rooms", told.told),
  ];
}

function jobMetrics(
  { engine, pool }: MetricSources["jobs"],
  figures: QueueFigures,
): readonly Metric[] {
  const { running, slots, done, failed, lost } = engine.stats();
  const threads = pool.stats();
  const queued = Object.entries(figures.queuedByPriority)
    .map(([priority, value]) => ({ labels: { priority }, value }));
  const ended = Object.entries({ done, failed, lost })
    .map(([outcome, value]) => ({ labels: { outcome }, value }));
  return [
    { ...gauge("jobs_queued", "Jobs in the queue", 0), samples: queued },
    gauge("jobs_retrying", "Failed jobs with a try to come", figures.retrying),
    gauge(
      "job_queue_age_seconds",
      "How long the oldest of the queue has waited",
      (figures.oldestQueuedMs ?? 0) / 1000,
    ),
    gauge("jobs_running", "Jobs that run on this node", running),
    gauge("job_slots", "Jobs this node runs at a time", slots),
    { ...counter("jobs_ended", "Tries ended on this node", 0), samples: ended },
    gauge("job_threads_busy", "Threads at work", threads.busy),
    gauge("job_threads", "Threads there may be", threads.maxThreads),
    counter("job_threads_lost", "Threads that were replaced", threads.lost),
  ];
}

function cacheMetrics(figures: CacheStatistics): readonly Metric[] {
  return [
    gauge("cache_entries", "Results kept", figures.entries),
    gauge("cache_bytes", "Size of the results kept", figures.bytes),
    counter("cache_hits", "Results found", figures.hits),
    counter("cache_misses", "Results worked out", figures.misses),
    counter("cache_shared", "Results shared on their way", figures.shared),
    counter("cache_evictions", "Results pushed out", figures.evictions),
  ];
}
