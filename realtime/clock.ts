/** The time, handed in so that tests can pass any. */

export interface Clock {
  /** ms since 1970, for what people read. */
  readonly now: () => number;
  /** ms since some start, for durations: never set back. */
  readonly monotonicMs: () => number;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};
