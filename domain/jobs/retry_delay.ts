/** How long a job waits before it is tried again. */

/** Ms after the first failure, at most. */
const BASE_MS = 1_000;
const MAX_MS = 60_000;

/**
 * Full jitter: anything from 0 to a bound that doubles with each try, in whole ms, so that what
 * failed together does not come back together. Source: M. Brooker, Exponential Backoff and
 * Jitter, AWS Architecture Blog (2015).
 *
 * @param attempts Tries so far, at least 1.
 * @param random From 0 up to 1.
 */
export function retryDelay(attempts: number, random: number): number {
  const bound = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(attempts - 1, 16));
  return Math.floor(random * bound);
}
