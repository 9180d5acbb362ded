/** Bradley-Terry: how strong each of several is, from who was preferred to whom how often. */

const MAX_SIZE = 200;
const MAX_ROUNDS = 20_000;
/** Largest relative change of a strength in the last round. */
const PRECISION = 1e-13;

export interface Strengths {
  readonly state: "estimated";
  /** Above 0, in the order given; they sum to 1. */
  readonly strength: readonly number[];
}

/** Some never lost to some others: the data would have them infinitely stronger. */
export interface CannotTell {
  readonly state: "cannot_tell";
  /** Who can be compared with whom, by index: within a group each has beaten each, if in steps. */
  readonly groups: readonly (readonly number[])[];
}

/**
 * Strengths p such that i is preferred to j with probability pᵢ / (pᵢ + pⱼ), most likely for
 * the wins seen. Source: R. A. Bradley and M. E. Terry, Biometrika 39 (1952), by the MM
 * algorithm of D. R. Hunter, Annals of Statistics 32 (2004). Strengths exist only where each
 * can be reached from each by wins (L. R. Ford, 1957); elsewhere it says that it cannot tell,
 * unless a prior is given.
 *
 * @param wins `wins[i][j]`: how often i was preferred to j. A tie is half a win for each.
 * @param options.prior Wins added for every pair, either way; with it there is always an
 * answer. @default 0
 * @throws {RangeError} If the table is empty, not square or too large, or a number is negative
 * or not finite.
 */
export function bradleyTerry(
  wins: readonly (readonly number[])[],
  { prior = 0 }: { readonly prior?: number } = {},
): Strengths | CannotTell {
  demandTable(wins, prior);
  const size = wins.length;
  const won = wins.map((row, i) =>
    row.map((count, j) => i === j ? 0 : count + prior)
  );
  const groups = groupsOf(won);
  if (groups.length > 1) return { state: "cannot_tell", groups };
  const total = won.map((row) => row.reduce((sum, count) => sum + count, 0));
  let strength = Array.from({ length: size }, () => 1 / size);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const raw = strength.map((own, i) => {
      const faced = won[i].reduce((sum, count, j) => {
        const games = count + won[j][i];
        return games === 0 ? sum : sum + games / (own + strength[j]);
      }, 0);
      return faced === 0 ? own : total[i] / faced;
    });
    const sum = raw.reduce((all, one) => all + one, 0);
    const next = raw.map((one) => one / sum);
    const moved = next.some((one, i) =>
      Math.abs(one - strength[i]) > PRECISION * one
    );
    strength = next;
    if (!moved) break;
  }
  return { state: "estimated", strength };
}

function demandTable(
  wins: readonly (readonly number[])[],
  prior: number,
): void {
  const size = wins.length;
  const isSquare = size > 0 && size <= MAX_SIZE &&
    wins.every((row) => row.length === size);
  if (!isSquare) {
    throw new RangeError(
      `Cannot compare: needs a square table of 1 to ${MAX_SIZE} rows`,
    );
  }
  const isCount = (value: number) => value >= 0 && Number.isFinite(value);
  if (wins.every((row) => row.every(isCount)) && isCount(prior)) return;
  throw new RangeError("Cannot compare: wins must be 0 or more, and finite");
}

/** The strongly connected parts, each sorted, by their lowest index. */
function groupsOf(won: readonly (readonly number[])[]): number[][] {
  const indices = won.map((_, index) => index);
  const reach = indices.map((from) =>
    reachable(from, (i, j) => won[i][j] > 0, indices)
  );
  const groups: number[][] = [];
  const placed = new Set<number>();
  for (const i of indices) {
    if (placed.has(i)) continue;
    const group = indices.filter((j) => reach[i].has(j) && reach[j].has(i));
    for (const one of group) placed.add(one);
    groups.push(group);
  }
  return groups;
}

function reachable(
  from: number,
  beats: (i: number, j: number) => boolean,
  indices: readonly number[],
): ReadonlySet<number> {
  const found = new Set([from]);
  // A set that grows while it is walked: what is added is visited as well.
  for (const i of found) {
    for (const j of indices) if (beats(i, j)) found.add(j);
  }
  return found;
}
