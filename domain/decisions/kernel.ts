/** The kernel of a relation: who is left to choose from, so that nobody in it outranks another. */
import type { Relation } from "./outranking.ts";

/**
 * Everyone outside is outranked by somebody inside, nobody inside by another inside. Those who
 * outrank each other in a circle count as one. In input order.
 * Source: B. Roy, Classement et choix en présence de points de vue multiples, RIRO 2 (1968).
 */
export function kernelOf(relation: Relation): readonly number[] {
  const { size, at } = relation;
  const isOut = new Uint8Array(size);
  // From the top: whoever could outrank a circle from outside is settled before it.
  for (const circle of circlesOf(relation).toReversed()) {
    if (circle.some((one) => isOut[one] === 1)) {
      for (const one of circle) isOut[one] = 1;
      continue;
    }
    for (const one of circle) {
      for (let other = 0; other < size; other++) {
        if (at[one * size + other] === 1 && !circle.includes(other)) {
          isOut[other] = 1;
        }
      }
    }
  }
  return Array.from(isOut, (_, one) => one).filter((one) => isOut[one] === 0);
}

/**
 * All who reach each other, each circle after those that it outranks.
 * Source: R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972).
 */
function circlesOf({ size, at }: Relation): readonly (readonly number[])[] {
  const circles: number[][] = [];
  const order = new Uint16Array(size);
  const earliest = new Uint16Array(size);
  const isWaiting = new Uint8Array(size);
  const waiting: number[] = [];
  let visited = 0;
  const visit = (one: number) => {
    order[one] = earliest[one] = ++visited;
    const start = waiting.push(one) - 1;
    isWaiting[one] = 1;
    for (let other = 0; other < size; other++) {
      if (at[one * size + other] === 0) continue;
      if (order[other] === 0) {
        visit(other);
        earliest[one] = Math.min(earliest[one], earliest[other]);
      } else if (isWaiting[other] === 1) {
        earliest[one] = Math.min(earliest[one], order[other]);
      }
    }
    if (earliest[one] < order[one]) return;
    const circle = waiting.splice(start);
    for (const member of circle) isWaiting[member] = 0;
    circles.push(circle);
  };
  for (let one = 0; one < size; one++) if (order[one] === 0) visit(one);
  return circles;
}
