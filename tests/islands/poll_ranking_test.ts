/** Ordering by hand: buttons, numbers and dragging come to the same groups. */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  droppedAt,
  movedDown,
  movedUp,
  placeIn,
  type Ranking,
  rowsOf,
  withPlace,
} from "../../islands/poll_ranking.ts";

const IDS = ["a", "b", "c", "d"];

Deno.test("[K13] moving up ranks the unranked last, then goes past those above", () => {
  const one = movedUp([["a"]], "b");
  assertEquals(one, [["a"], ["b"]]);
  assertEquals(movedUp(one, "b"), [["b"], ["a"]]);
  assertEquals(movedUp([["b"], ["a"]], "b"), [["b"], ["a"]]);
});

Deno.test("[K13] moving down goes past those below, and out at the end", () => {
  assertEquals(movedDown([["a"], ["b"]], "a"), [["b"], ["a"]]);
  assertEquals(movedDown([["b"], ["a"]], "a"), [["b"]]);
  assertEquals(movedDown([["b"]], "a"), [["b"]]);
});

Deno.test("[K13] the same number makes equals, and moving splits them", () => {
  const equal = withPlace([["a"], ["b"]], "c", 1);
  assertEquals(equal, [["a", "c"], ["b"]]);
  assertEquals(movedUp(equal, "c"), [["c"], ["a"], ["b"]]);
  assertEquals(movedDown(equal, "c"), [["a"], ["c"], ["b"]]);
  assertEquals(withPlace(equal, "c", 0), [["a"], ["b"]]);
  assertEquals(withPlace(equal, "c", 4), [["a"], ["b"], ["c"]]);
});

Deno.test("[K13] dropping puts a row where it was let go", () => {
  assertEquals(droppedAt([["a"], ["b"], ["c"]], "c", 0), [["c"], ["a"], ["b"]]);
  assertEquals(droppedAt([["a"], ["b"], ["c"]], "a", 2), [["b"], ["a"], ["c"]]);
  assertEquals(droppedAt([["a"], ["b"]], "d", 1), [["a"], ["d"], ["b"]]);
  assertEquals(droppedAt([["a"], ["b"]], "d", 3), [["a"], ["b"]]);
});

const ranking: fc.Arbitrary<Ranking> = fc.array(
  fc.tuple(fc.constantFrom(...IDS), fc.nat(4)),
  { maxLength: 8 },
).map((steps) =>
  steps.reduce((now: Ranking, [id, place]) => withPlace(now, id, place), [])
);

Deno.test("[K13] whatever is done, each stands at most once and no group is empty", () => {
  fc.assert(fc.property(
    ranking,
    fc.constantFrom(...IDS),
    fc.nat(5),
    (start, id, n) => {
      for (
        const next of [
          movedUp(start, id),
          movedDown(start, id),
          withPlace(start, id, n),
          droppedAt(start, id, n),
        ]
      ) {
        assertEquals(new Set(next.flat()).size, next.flat().length);
        assertEquals(next.filter((group) => group.length === 0), []);
        assertEquals(rowsOf(next, IDS).toSorted(), IDS);
        const others = (ranking: Ranking) =>
          ranking.map((group) => group.filter((other) => other !== id))
            .filter((group) => group.length > 0);
        assertEquals(
          others(next),
          others(start),
          "the others stay as they were",
        );
      }
    },
  ));
});

Deno.test("[K13] up and down undo each other among the ranked", () => {
  const start = [["a"], ["b"], ["c"]];
  assertEquals(movedDown(movedUp(start, "c"), "c"), start);
  assertEquals(placeIn(start, "c"), 3);
  assertEquals(placeIn(start, "d"), 0);
});
