/** Ids: version 7, sorted by their millisecond, never twice. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { newId } from "../../realtime/uuid.ts";

Deno.test("[P13] an id is a UUIDv7 that carries its time", () => {
  const id = newId(0x0123_4567_89ab);
  assertMatch(
    id,
    /^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

Deno.test("[P13] ids of later milliseconds sort after, and none comes twice", () => {
  assert(newId(1_700_000_000_000) < newId(1_700_000_000_001));
  const ids = Array.from({ length: 10_000 }, () => newId(1));
  assertEquals(new Set(ids).size, 10_000);
});
