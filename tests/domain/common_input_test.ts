/** Shapes that come in everywhere: what they take, what they make of it, what they turn away. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Id, Text, Time, UserId } from "../../domain/common_input.ts";

const takes = (
  shape: { safeParse(value: unknown): { success: boolean } },
  value: unknown,
) => shape.safeParse(value).success;

Deno.test("[P7] an id is short, begins plainly and fits an address as it is", () => {
  for (const id of ["a", "0", "a-B_9", "a".repeat(64), crypto.randomUUID()]) {
    assertEquals([id, takes(Id, id)], [id, true]);
    assertEquals(encodeURIComponent(id), id);
  }
  for (const id of ["", "A", "-a", "_a", "a b", "a/b", "a.b", "a".repeat(65)]) {
    assertEquals([id, takes(Id, id)], [id, false]);
  }
  for (const id of ["ä", "a\n", "a|b", " a", 7, null]) {
    assertEquals([id, takes(Id, id)], [id, false]);
  }
});

Deno.test("[P7] text is trimmed, counted in code points, and has a UTF-8 form", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const trimmed = text.trim();
    const length = [...trimmed].length;
    const fits = length >= 1 && length <= 8;
    const parsed = Text(8).safeParse(text);
    assertEquals(parsed.success, fits && trimmed.isWellFormed());
    if (parsed.success) assertEquals(parsed.data, trimmed);
  }));
  for (const text of ["\ud800", "a\udfff", ""]) {
    assertEquals(takes(Text(8), text), false);
  }
});

Deno.test("[P7] a user id is one word without a slash", () => {
  for (const id of ["ana", "a@b.example", "é", "x".repeat(128)]) {
    assertEquals([id, takes(UserId, id)], [id, true]);
  }
  for (const id of ["", "a b", "a/b", "a\n", "x".repeat(129), 7]) {
    assertEquals([id, takes(UserId, id)], [id, false]);
  }
});

Deno.test("[P7] a time with its zone is ms since 1970, whichever zone", () => {
  const ms = Date.UTC(2026, 10, 23, 18);
  for (
    const time of [ms, "2026-11-23T18:00:00Z", "2026-11-23T19:00:00+01:00"]
  ) {
    assertEquals(Time.parse(time), ms);
  }
});

Deno.test("[P7] every ms that a date can hold is a time, and comes back as text does", () => {
  fc.assert(fc.property(fc.nat({ max: 253_402_300_799_999 }), (ms) => {
    assertEquals(Time.parse(ms), ms);
    assertEquals(Time.parse(new Date(ms).toISOString()), ms);
  }));
  assertEquals(Time.parse(8.64e15), 8.64e15);
});

Deno.test("[P7] a time without a zone, before 1970 in ms or beyond all dates is none", () => {
  const wrong = [
    "2026-11-23T18:00:00",
    "2026-11-23",
    "tomorrow",
    "2026-02-30T00:00:00Z",
    -1,
    0.5,
    8.64e15 + 2,
    NaN,
    Infinity,
    null,
  ];
  for (const time of wrong) {
    assertEquals([time, takes(Time, time)], [time, false]);
  }
});
