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

/** The same timer for parts that end together: `stop` ends what waits, and nothing waits after. */
export function stoppable(
  after: After,
): { readonly after: After; readonly stop: () => void } {
  const stops = new Set<() => void>();
  let isStopped = false;
  return {
    after(delayMs, run) {
      if (isStopped) return () => {};
      const end = () => {
        stops.delete(end);
        stop();
      };
      const stop = after(delayMs, () => {
        stops.delete(end);
        run();
      });
      stops.add(end);
      return end;
    },
    stop() {
      isStopped = true;
      for (const end of [...stops]) end();
    },
  };
}
