/** Canonical JSON and the record's hashes: rule L8's ground. */
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { canonical } from "../../../realtime/log/canonical.ts";
import {
  erasedOffset,
  erasureText,
  hashBody,
  hashRecord,
  headerText,
  NO_HASH,
} from "../../../realtime/log/record.ts";

Deno.test("[L8] canonical() is the text JSON.parse reads back, and a fixed point", () => {
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
    fc.pre(JSON.stringify(value).isWellFormed());
    const text = canonical(JSON.parse(JSON.stringify(value)));
    assertEquals(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    assertEquals(canonical(JSON.parse(text)), text);
  }));
});

Deno.test("[L8] canonical() does not depend on the order of keys", () => {
  fc.assert(fc.property(
    fc.dictionary(fc.string({ unit: "binary" }), fc.integer()),
    (members) => {
      const reversed = Object.fromEntries(Object.entries(members).reverse());
      assertEquals(canonical(reversed), canonical(members));
    },
  ));
});

Deno.test("[L8] canonical() orders keys by UTF-16 code units", () => {
  // The example of RFC 8785, 3.2.3: U+1F600 sorts before U+FB33 although its code point is higher.
  const members = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\u{1F600}": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
  };
  assertEquals(
    [...canonical(members).matchAll(/:"([^"]*)"/g)].map((match) => match[1]),
    [
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ],
  );
});

Deno.test("[L8] canonical() writes numbers and strings as RFC 8785 shows", () => {
  const numbers = [
    333333333.33333329,
    1E30,
    4.50,
    2e-3,
    0.000000000000000000000000001,
    -0,
  ];
  assertEquals(
    canonical(numbers),
    "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
  );
  assertEquals(
    canonical("\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"),
    '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
  );
  assertEquals(canonical({ __proto__: null, b: 1, a: [] }), '{"a":[],"b":1}');
  assertEquals(
    canonical(JSON.parse('{"__proto__":{"x":1}}')),
    '{"__proto__":{"x":1}}',
  );
});

Deno.test.each([
  { what: "NaN", value: NaN },
  { what: "Infinity", value: [-Infinity] },
  { what: "undefined", value: { a: undefined } },
  { what: "a function", value: [() => 1] },
  { what: "a hole", value: new Array(1) },
  { what: "a bigint", value: 1n },
  { what: "a symbol", value: Symbol("x") },
  { what: "a date", value: new Date(0) },
  { what: "a map", value: { a: new Map() } },
  { what: "a lone surrogate", value: "\ud800" },
  { what: "a lone surrogate as key", value: { "\udc00": 1 } },
])("[L8] canonical() refuses $what", ({ value }) => {
  const untyped: (value: never) => string = canonical;
  assertThrows(() => Reflect.apply(untyped, null, [value]), RangeError);
});

Deno.test("[L8] headerText() is the canonical header", () => {
  const text = fc.string({ unit: "grapheme" });
  const header = fc.record({
    epoch: text,
    channel: text,
    offset: fc.nat(),
    at: fc.maxSafeInteger(),
    actor: text,
    type: text,
    v: fc.nat(),
    subject: text,
    messageId: fc.option(text),
    bodyHash: text,
  });
  fc.assert(fc.property(header, (header) => {
    assertEquals(headerText(header), canonical({ ...header, format: 1 }));
  }));
});

Deno.test("[L8] hashRecord() is SHA-256 over the hash before and the header", () => {
  const header = {
    epoch: "e",
    channel: "session:a",
    offset: 1,
    at: 1,
    actor: "x",
    type: "SESSION_UPDATE",
    v: 1,
    subject: "session",
    messageId: null,
    bodyHash: hashBody(new Uint8Array(32), "{}"),
  };
  // Both literals were computed with Python's hashlib.
  assertEquals(
    header.bodyHash,
    "fb1634c4e6cd4b1f1afe3ce2d6ef080f7ac5d1f357d723ad4dfca782733b62db",
  );
  assertEquals(
    hashRecord(NO_HASH, header),
    "b2940a29e3deb44050689aa31c5301b916a45b761a38e7e734fa936a87c27ffa",
  );
  assertNotEquals(
    hashRecord("1".repeat(64), header),
    hashRecord(NO_HASH, header),
  );
});

Deno.test("[L9] erasedOffset() reads only what erasureText() wrote", () => {
  assertEquals(erasedOffset(erasureText(12)), 12);
  assertEquals(
    erasedOffset('{"event":"body_erased","offset":12,"x":1}'),
    undefined,
  );
  assertEquals(erasedOffset(null), undefined);
});
