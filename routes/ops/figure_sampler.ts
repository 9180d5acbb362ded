/**
 * What this node does, once a second: one look for everybody, kept for fifteen minutes and told
 * on channel `ops`. However many connections there are, whoever watches costs one small message.
 */
import {
  OPS_CHANNEL,
  OPS_UPDATE,
  type OpsSample,
} from "../../islands/ops_figures.ts";
import type { Clock } from "../../realtime/clock.ts";
import type { CommandStats } from "../../realtime/commands.ts";
import type { DerivedStats } from "../../realtime/derived.ts";
import type { DueStats } from "../../realtime/due.ts";
import type { Histogram } from "../../realtime/histogram.ts";
import { HistogramWindow } from "../../realtime/histogram_window.ts";
import type { Hub } from "../../realtime/hub.ts";
import type { LoopLag } from "../../realtime/loop_lag.ts";
import { type After, systemAfter } from "../../realtime/timer.ts";
import type { QueueFigures } from "../jobs/job_board.ts";
import type { JobEngineStats } from "../jobs/job_engine.ts";
import { ChannelRates } from "./channel_rates.ts";

export const SAMPLE_EVERY_MS = 1_000;
/** Fifteen minutes. */
export const SAMPLES_KEPT = 900;
/** The queue of jobs and the channels are walked through: not every second. */
const SLOW_EVERY = 5;

export interface FigureSources {
  readonly hub: Pick<
    Hub,
    "traffic" | "signalHere" | "deliveryMs" | "channels" | "node"
  >;
  readonly log: { readonly appendMs: Histogram };
  readonly lag: Pick<LoopLag, "worstLastSecondMs">;
  readonly commands: { stats(): Pick<CommandStats, "waiting" | "inFlight"> };
  readonly due: { stats(): Pick<DueStats, "running"> };
  readonly derived: { stats(): Pick<DerivedStats, "places"> };
  readonly jobs: {
    readonly board: { figures(): Promise<Pick<QueueFigures, "queued">> };
    readonly engine: { stats(): Pick<JobEngineStats, "running"> };
  };
  /** In bytes. */
  readonly memory: () => { readonly rss: number; readonly heapUsed: number };
  readonly clock: Clock;
  /** @default setTimeout */
  readonly after?: After;
}

export class FigureSampler {
  readonly rates: ChannelRates;
  readonly #sources: FigureSources;
  readonly #deliveries: HistogramWindow;
  readonly #appends: HistogramWindow;
  readonly #samples: OpsSample[] = [];
  /** Totals at the last look: rates are what came since. */
  #before: { at: number; sent: number; received: number };
  #jobsQueued: number | null = null;
  #looks = 0;
  #stop = () => {};

  constructor(sources: FigureSources) {
    this.#sources = sources;
    this.rates = new ChannelRates(sources.hub.channels, sources.clock);
    this.#deliveries = new HistogramWindow(sources.hub.deliveryMs);
    this.#appends = new HistogramWindow(sources.log.appendMs);
    const { messagesSent, messagesReceived } = sources.hub.traffic();
    this.#before = {
      at: sources.clock.monotonicMs(),
      sent: messagesSent,
      received: messagesReceived,
    };
  }

  start(): void {
    const { after = systemAfter } = this.#sources;
    this.#stop = after(SAMPLE_EVERY_MS, () => {
      this.look();
      this.start();
    });
  }

  stop(): void {
    this.#stop();
  }

  /** Oldest first, at most fifteen minutes of them. */
  get samples(): readonly OpsSample[] {
    return this.#samples;
  }

  /** Takes one sample, keeps it and tells it; a timer calls it, and tests do. */
  look(): OpsSample {
    if (this.#looks++ % SLOW_EVERY === 0) this.#lookSlowly();
    const sample = this.#sample();
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES_KEPT) this.#samples.shift();
    const { hub } = this.#sources;
    // Figures of this node for those who look at this node.
    hub.signalHere(OPS_CHANNEL, OPS_UPDATE, "figures", {
      event: "figures_sampled",
      node: hub.node,
      sample,
    });
    return sample;
  }

  #lookSlowly(): void {
    this.rates.look();
    this.#sources.jobs.board.figures().then(
      ({ queued }) => this.#jobsQueued = queued,
      // A log that cannot be read: what it last was would be a guess.
      () => this.#jobsQueued = null,
    );
  }

  #sample(): OpsSample {
    const { hub, lag, commands, due, derived, jobs, clock } = this.#sources;
    const traffic = hub.traffic();
    const { messagesSent: sent, messagesReceived: received } = traffic;
    const at = clock.monotonicMs();
    const seconds = Math.max(1, at - this.#before.at) / 1_000;
    const sentNow = (sent - this.#before.sent) / seconds;
    const receivedNow = (received - this.#before.received) / seconds;
    this.#before = { at, sent, received };
    const delivery = this.#deliveries.take();
    const append = this.#appends.take();
    const { rss, heapUsed } = this.#sources.memory();
    const { waiting, inFlight } = commands.stats();
    return {
      at: clock.now(),
      connections: traffic.totalConnections,
      lagging: traffic.laggingConnections,
      subscriptions: traffic.subscriptions,
      channels: traffic.channels,
      sent: rounded(sentNow),
      received: rounded(receivedNow),
      deliveryP50: rounded(delivery.p50Ms),
      deliveryP99: rounded(delivery.p99Ms),
      appendP50: rounded(append.p50Ms),
      appendP99: rounded(append.p99Ms),
      loopLag: rounded(lag.worstLastSecondMs),
      rss,
      heap: heapUsed,
      commandsWaiting: waiting,
      commandsInFlight: inFlight,
      jobsQueued: this.#jobsQueued,
      jobsRunning: jobs.engine.stats().running,
      duesRunning: due.stats().running,
      derivedPlaces: derived.stats().places,
    };
  }
}

/** To hundredths: more digits are bytes on the wire that nobody reads. */
function rounded(value: number): number;
function rounded(value: number | null): number | null;
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
