/** Ordering alternatives by hand: groups best first, equals together, the rest unranked. */

export type Ranking = readonly (readonly string[])[];

/** Place from 1; 0 when unranked. */
export function placeIn(ranking: Ranking, id: string): number {
  return ranking.findIndex((group) => group.includes(id)) + 1;
}

/** Gives an alternative a place: beside those who have it already, or behind the last; 0 takes it out. */
export function withPlace(
  ranking: Ranking,
  id: string,
  place: number,
): Ranking {
  if (place === placeIn(ranking, id)) return ranking;
  const target = place > 0 ? ranking[place - 1] : undefined;
  const moved = ranking.map((group) =>
    group === target ? [...group, id] : group.filter((other) => other !== id)
  );
  return filled(place > 0 && !target ? [...moved, [id]] : moved);
}

/** One place up: out of its equals first, then past the group above. */
export function movedUp(ranking: Ranking, id: string): Ranking {
  const at = placeIn(ranking, id) - 1;
  if (at < 0) return [...ranking, [id]];
  const rest = without(ranking, id);
  if (ranking[at].length > 1) return filled(rest.toSpliced(at, 0, [id]));
  return filled(rest.toSpliced(Math.max(0, at - 1), 0, [id]));
}

/** One place down; below the last it is unranked. */
export function movedDown(ranking: Ranking, id: string): Ranking {
  const at = placeIn(ranking, id) - 1;
  if (at < 0) return ranking;
  const rest = without(ranking, id);
  if (ranking[at].length > 1) return filled(rest.toSpliced(at + 1, 0, [id]));
  return at === ranking.length - 1
    ? filled(rest)
    : filled(rest.toSpliced(at + 2, 0, [id]));
}

/** Drops an alternative above the row `index` of the list as shown: ranked ones first. */
export function droppedAt(
  ranking: Ranking,
  id: string,
  index: number,
): Ranking {
  const rows = ranking.flat();
  const ranked = rows.filter((one) => one !== id);
  const before = index > rows.indexOf(id) && rows.includes(id)
    ? index - 1
    : index;
  if (before > ranked.length) return filled(without(ranking, id));
  const rest = filled(without(ranking, id));
  let passed = 0;
  let at = 0;
  while (at < rest.length && passed < before) passed += rest[at++].length;
  return rest.toSpliced(at, 0, [id]);
}

/** All rows as shown: the ranked in their order, then the others in that of the poll. */
export function rowsOf(
  ranking: Ranking,
  ids: readonly string[],
): readonly string[] {
  const ranked = ranking.flat();
  return [...ranked, ...ids.filter((id) => !ranked.includes(id))];
}

function without(ranking: Ranking, id: string): Ranking {
  return ranking.map((group) => group.filter((other) => other !== id));
}

function filled(ranking: Ranking): Ranking {
  return ranking.filter((group) => group.length > 0);
}
