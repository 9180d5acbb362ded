/** One timer, handed in so that tests can turn the time. */

/** Longest delay the platform's timers take, in ms; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Runs `run` once after that long, and hands back the stop. */
export type After = (delayMs: number, run: () => void) => () => void;

/** The platform's timer. A delay over 24 days is cut to that: callers look again. */
export const systemAfter: After = (delayMs, run) => {
  const timer = setTimeout(run, Math.min(delayMs, MAX_DELAY_MS));
  return () => clearTimeout(timer);
};
