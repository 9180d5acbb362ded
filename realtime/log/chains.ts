/**
 * Chains (L3): commits that rest on one another before any of them is written. What was
 * written where is remembered by chain, because an entry at a predicted offset may be somebody
 * else's; and once one was not written, the rest must not be.
 */

/** Chains remembered at most; whoever rests on one has long heard of it before it is forgotten. */
const MAX_CHAINS = 10_000;

interface Chain {
  readonly isBroken: boolean;
  /** Last offset this chain wrote, by channel and subject. */
  readonly landed: ReadonlyMap<string, number>;
}

const UNWRITTEN: Chain = { isBroken: false, landed: new Map() };

/** The chains of one store's tables; the least recently changed go first. */
const chainsOf = new WeakMap<object, Map<string, Chain>>();

function chainOf(tables: object, name: string): Chain {
  return chainsOf.get(tables)?.get(name) ?? UNWRITTEN;
}

function keep(tables: object, name: string, chain: Chain): void {
  const chains = chainsOf.get(tables) ?? new Map<string, Chain>();
  chainsOf.set(tables, chains);
  chains.delete(name);
  chains.set(name, chain);
  if (chains.size <= MAX_CHAINS) return;
  const [oldest] = chains.keys();
  chains.delete(oldest);
}

export function isBroken(tables: object, name: string): boolean {
  return chainOf(tables, name).isBroken;
}

export function breakChain(tables: object, name: string): void {
  keep(tables, name, { ...UNWRITTEN, isBroken: true });
}

/** Where the chain last wrote to the subject; undefined when it has not. */
export function landedAt(
  tables: object,
  name: string,
  channel: string,
  subject: string,
): number | undefined {
  return chainOf(tables, name).landed.get(`${channel}\0${subject}`);
}

/** Remembers where a commit of the chain wrote, by channel and subject. */
export function land(
  tables: object,
  name: string,
  places: readonly (readonly [
    channel: string,
    subject: string,
    offset: number,
  ])[],
): void {
  const landed = new Map(chainOf(tables, name).landed);
  for (const [channel, subject, offset] of places) {
    landed.set(`${channel}\0${subject}`, offset);
  }
  keep(tables, name, { isBroken: false, landed });
}

/** Keeps these chains as they are now; what it returns puts them back, for a transaction that is undone. */
export function savedChains(
  tables: object,
  names: readonly string[],
): () => void {
  const saved = new Map(names.map((name) => [name, chainOf(tables, name)]));
  return () => {
    for (const [name, chain] of saved) keep(tables, name, chain);
  };
}
