/** Schulze: who has the stronger path of duels. Source: M. Schulze, Social Choice and Welfare 36 (2011), section 2.3.1 (winning votes). */
import { duelDetails, type Duels, duelsOf } from "./condorcet.ts";
import { type Count, layersOf } from "./order.ts";
import type { Profile } from "./profile.ts";

/** Winners are all whom nobody beats by a stronger path. */
export function schulze(profile: Profile): Count {
  const duels = duelsOf(profile);
  const paths = strongestPaths(duels);
  const groups = layersOf(paths.length, (a, b) => paths[a][b] > paths[b][a]);
  return {
    groups,
    details: {
      paths: paths.map((row) =>
        Array.from(row, (units) => units / profile.perVote)
      ),
      ...duelDetails(profile, duels),
    },
  };
}

/** Floyd and Warshall's way: a path is as strong as its weakest duel. */
function strongestPaths(duels: Duels): Duels {
  const size = duels.length;
  const paths = duels.map((row, one) =>
    row.map((units, other) => units > duels[other][one] ? units : 0)
  );
  for (let via = 0; via < size; via++) {
    const onward = paths[via];
    for (let from = 0; from < size; from++) {
      const row = paths[from];
      const first = row[via];
      if (first === 0 || from === via) continue;
      for (let to = 0; to < size; to++) {
        const strength = Math.min(first, onward[to]);
        if (to !== from && strength > row[to]) row[to] = strength;
      }
    }
  }
  return paths;
}
