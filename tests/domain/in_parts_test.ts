/** Splitting a list: nothing is lost or moved, every part fits, and none is needlessly short. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { inParts } from "../../domain/in_parts.ts";

const itself = (length: number) => length;
const sum = (part: readonly number[]) => part.reduce((a, b) => a + b, 0);
const lists = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 });
const most = fc.integer({ min: 1, max: 60 });

Deno.test("[K18] parts in their order are the list, and no part is empty unless it is", () => {
  fc.assert(fc.property(lists, most, (list, max) => {
    const parts = inParts(list, itself, max);
    assertEquals(parts.flat(), list);
    assert(list.length === 0 || parts.every((part) => part.length > 0));
  }));
});

Deno.test("[K18] a part fits, or holds one item that is too long by itself", () => {
  fc.assert(fc.property(lists, most, (list, max) => {
    for (const part of inParts(list, itself, max)) {
      const long = part.filter((length) => length > 0);
      assert(sum(part) <= max || long.length === 1, `${part} in ${max}`);
    }
  }));
});

Deno.test("[K18] a part ends only where the next item no longer fits", () => {
  fc.assert(fc.property(lists, most, (list, max) => {
    const parts = inParts(list, itself, max);
    parts.slice(1).forEach(([next], index) =>
      assert(sum(parts[index]) + next > max)
    );
  }));
});

Deno.test("[K18] nothing is one empty part, and any iterable will do", () => {
  assertEquals(inParts([], itself, 10), [[]]);
  assertEquals(inParts(new Set([4, 6, 1]), itself, 10), [[4, 6], [1]]);
});
