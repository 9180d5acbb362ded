/** The ballot box: it behaves as a map by place, and never changes. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { BallotBox } from "../../../../domain/consensus/polls/ballot_box.ts";

Deno.test("[K2] a box holds one value per voter, the last, as a map would", () => {
  const change = fc.tuple(fc.nat(99), fc.option(fc.nat(), { nil: undefined }));
  fc.assert(fc.property(fc.array(change), (changes) => {
    let box = BallotBox.empty<number>();
    const map = new Map<number, number>();
    for (const [place, value] of changes) {
      box = box.with(place, value);
      if (value === undefined) map.delete(place);
      else map.set(place, value);
      assertEquals(box.get(place), value);
    }
    assertEquals(box.size, map.size);
    assertEquals(
      [...box.entries()],
      [...map].sort(([a], [b]) => a - b),
    );
  }));
});

Deno.test("[K2] a box that was handed out stays as it was", () => {
  const before = BallotBox.empty<string>().with(3, "a");
  before.with(3, "b").with(4, "c").with(3, undefined);
  assertEquals([...before.entries()], [[3, "a"]]);
});
