/** Weights on the move: told to the others often but never faster than they are taken. */
import type { Clock } from "../realtime/client/link.ts";

/** The least time between two tellings: 20 a second. */
export const TELL_EVERY_MS = 50;
/** An answer that takes longer than this is not waited for. */
const GIVE_UP_MS = 1_000;

export interface Latest<Value> {
  /** Sends it, or keeps it as the one to send next; what was kept before is forgotten. */
  tell(value: Value): void;
  /** Forgets what was kept. */
  stop(): void;
}

/**
 * The latest wins: at most one is under way, and one waits.
 *
 * @param send Settles when it has been taken; a refusal changes nothing.
 */
export function createLatest<Value>(
  send: (value: Value) => Promise<unknown>,
  clock: Clock,
): Latest<Value> {
  let kept: { readonly value: Value } | undefined;
  let underWay = false;
  let rests = false;
  let round = 0;

  const next = () => {
    if (underWay || rests || !kept) return;
    const { value } = kept;
    kept = undefined;
    underWay = true;
    rests = true;
    const mine = ++round;
    const settled = () => {
      if (mine !== round || !underWay) return;
      underWay = false;
      cancelGivingUp();
      next();
    };
    const cancelGivingUp = clock.after(GIVE_UP_MS, settled);
    clock.after(TELL_EVERY_MS, () => {
      rests = false;
      next();
    });
    send(value).then(settled, settled);
  };
  return {
    tell: (value) => {
      kept = { value };
      next();
    },
    stop: () => {
      kept = undefined;
    },
  };
}
