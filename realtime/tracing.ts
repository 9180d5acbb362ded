/** What the realtime side tells a tracer, when there is one; without one nothing is asked. */
import type { ChannelPosition } from "./log/log.ts";
import type { Log } from "./log/log.ts";

export type SpanAttributes = Readonly<Record<string, string | number>>;

/** Publications that went to subscribers together. */
export interface FanOut {
  readonly channel: string;
  /** Offsets of the first and the last of them. */
  readonly from: number;
  readonly to: number;
  /** Subscribers that got them. */
  readonly subscribers: number;
  /** How long it took, in ms. */
  readonly durationMs: number;
}

export interface Tracing {
  /** Runs `work` in a span below the present one; of a promise until it settles. */
  span<Result>(
    name: string,
    attributes: SpanAttributes,
    work: () => Result,
  ): Result;
  /** The present place among spans, to go on there later. */
  here(): <Result>(work: () => Result) => Result;
  /** These positions come of the present span: what is fanned out of them belongs below it. */
  committed(positions: readonly ChannelPosition[]): void;
  /** Told when it is over, so that it costs those who wait nothing. */
  fannedOut(fanOut: FanOut): void;
}

/** The same log; each commit is a span `append`. */
export function traced<Kept extends Log>(log: Kept, tracing: Tracing): Kept {
  return {
    ...log,
    get level() {
      return log.level;
    },
    commit: (commit) => {
      const [{ channel }] = commit.writes;
      return tracing.span(
        "append",
        {
          "regulens.channel": channel,
          "regulens.writes": commit.writes.length,
        },
        async () => {
          const committed = await log.commit(commit);
          tracing.committed(committed.positions);
          return committed;
        },
      );
    },
  };
}
