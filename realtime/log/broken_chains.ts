/** Commits that rest on one another before any is written: once one was not, the rest must not be (L3). */

/** Chains remembered as broken; whoever rests on one has long heard of it before it is forgotten. */
const MAX_BROKEN_CHAINS = 1000;

const brokenChains = new WeakMap<object, Set<string>>();

export function isBroken(tables: object, chain: string): boolean {
  return brokenChains.get(tables)?.has(chain) ?? false;
}

export function breakChain(tables: object, chain: string): void {
  const broken = brokenChains.get(tables) ?? new Set();
  brokenChains.set(tables, broken.add(chain));
  if (broken.size <= MAX_BROKEN_CHAINS) return;
  const [oldest] = broken;
  broken.delete(oldest);
}

/** Takes back a break that belongs to a transaction which is tried again from its start. */
export function mendChain(tables: object, chain: string): void {
  brokenChains.get(tables)?.delete(chain);
}
