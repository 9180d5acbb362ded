/** The kernel of a relation: who is left to choose from, so that nobody in it outranks another. */
import type { Relation } from "./outranking.ts";

/**
 * Everyone outside is outranked by somebody inside, nobody inside by another inside. Those who
 * outrank each other in a circle count as one. Source: B. Roy, Classement et choix en
 * présence de points de vue multiples, RIRO 2 (1968).
 */
export function kernelOf(relation: Relation): readonly number[] {
  const circle = circlesOf(relation);
  const state: ("open" | "in" | "out")[] = relation.map(() => "open");
  const outsiders = (one: number) =>
    relation.flatMap((row, other) =>
      row[one] && circle[other] !== circle[one] ? [other] : []
    );
  const rivals = relation.map((_, one) => outsiders(one));
  while (state.includes("open")) {
    // Circles as one leave no circles, so somebody is always free.
    const free = state.flatMap((one, at) =>
      one === "open" &&
        relation.every((_, other) =>
          circle[other] !== circle[at] ||
          rivals[other].every((rival) => state[rival] === "out")
        )
        ? [at]
        : []
    );
    for (const one of free) state[one] = "in";
    relation.forEach((_, one) => {
      if (state[one] !== "open") return;
      const beaten = relation.some((_, other) =>
        circle[other] === circle[one] &&
        rivals[other].some((rival) => state[rival] === "in")
      );
      if (beaten) state[one] = "out";
    });
  }
  return state.flatMap((one, at) => one === "in" ? [at] : []);
}

/** For each the first of its circle: all who reach it and whom it reaches. */
function circlesOf(relation: Relation): readonly number[] {
  const reach = relation.map((_, from) => reached(relation, from));
  return relation.map((_, one) =>
    reach.findIndex((row, other) =>
      other === one || (row[one] && reach[one][other])
    )
  );
}

function reached(relation: Relation, from: number): readonly boolean[] {
  const seen = relation.map(() => false);
  const waiting = [from];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (let other = 0; other < seen.length; other++) {
      if (!relation[one][other] || seen[other]) continue;
      seen[other] = true;
      waiting.push(other);
    }
  }
  return seen;
}
