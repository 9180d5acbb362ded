/** Names of contents: one for equal contents, never one for two. */
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { canonicalText, contentKey } from "../../routes/content_key.ts";

/** Whatever can stand in a question, the strange included. */
const anything = fc.anything({
  withBigInt: true,
  withNullPrototype: true,
  withSparseArray: true,
  withUnicodeString: true,
  maxDepth: 3,
});

/** The same content with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, turned(item)]));
}

/** The content a canonical text was made of, in a form that compares what `Object.is` does. */
function told(value: unknown): unknown {
  if (Array.isArray(value)) return ["list", Array.from(value, told)];
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) =>
      [key, told(item)] as const
    );
    return ["object", new Map(entries)];
  }
  return Object.is(value, -0) ? "minus nothing" : [typeof value, value];
}

Deno.test("[RC1] contents that differ have different texts", () => {
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [0, -0],
    [1, "1"],
    [1, 1n],
    [1, true],
    [null, undefined],
    [null, "null"],
    [NaN, "NaN"],
    [NaN, null],
    [Infinity, -Infinity],
    [{}, { a: undefined }],
    [{ a: null }, { a: undefined }],
    [[], [[]]],
    [[[1], 2], [[1, 2]]],
    [[], [undefined]],
    [[1, 2], ["1,2"]],
    [["a", "b"], ['a","b']],
    [[], {}],
    [{ a: 1, b: 2 }, { "a:1,b": 2 }],
    [["a"], { 0: "a" }],
    // Letters that look alike: composed and not, and halves of a pair.
    ["\u00e9", "e\u0301"],
    [{ "\u00e9": 1 }, { "e\u0301": 1 }],
    ["\ud800", "\udfff"],
    ["\ud800", "\ufffd"],
    [0.1 + 0.2, 0.3],
    [2 ** 53, 2 ** 53 + 2],
    [5e-324, 0],
  ];
  for (const [one, other] of pairs) {
    assertNotEquals(canonicalText(one), canonicalText(other));
    assertNotEquals(contentKey([one]), contentKey([other]));
  }
});

Deno.test("[RC1] two contents have one text only if they are equal", () => {
  fc.assert(fc.property(anything, anything, (one, other) => {
    const isSame = canonicalText(one) === canonicalText(other);
    try {
      assertEquals(told(one), told(other));
    } catch {
      assertEquals(isSame, false);
      return;
    }
    assertEquals(isSame, true);
  }));
});

Deno.test("[RC1] a text does not depend on the order of keys", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
    // A key `__proto__` would be taken for something else on the way.
    fc.pre(!JSON.stringify(value).includes("__proto__"));
    assertEquals(canonicalText(turned(value)), canonicalText(value));
  }));
});

Deno.test("[RC1] one part changed anywhere is another text", () => {
  const leaf = fc.oneof(
    fc.integer(),
    fc.constantFrom<unknown>(0, -0, "", "0", null, undefined, true, [], {}),
    fc.string(),
  );
  fc.assert(fc.property(fc.jsonValue(), leaf, leaf, (frame, one, other) => {
    fc.pre(!Object.is(one, other));
    const isSame = canonicalText(one) === canonicalText(other);
    const within = (part: unknown) => canonicalText([frame, { a: [part] }]);
    assertEquals(within(one) === within(other), isSame);
  }));
});

Deno.test("[RC1] what has no text of its own is refused, not written as something else", () => {
  for (const value of [new Date(0), new Map(), Symbol("a"), () => 1]) {
    assertThrows(() => canonicalText({ value }), TypeError);
  }
});
