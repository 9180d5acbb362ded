/** User ids and their channel names. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  encodeUserId,
  isUserId,
  userChannel,
  userOfChannel,
} from "../../domain/user_id.ts";

Deno.test("[P8] a user id is 1 to 128 visible characters without space, / or control", () => {
  const good = [
    "a",
    "service",
    "ann@example.org",
    "auth0|5f7c",
    "Zoë",
    "x".repeat(128),
    "🦊".repeat(128),
  ];
  for (const userId of good) assert(isUserId(userId), userId);
  const bad = [
    "",
    "a b",
    "a/b",
    "a\nb",
    "a\u0000b",
    "\u00a0",
    "\u200b",
    "\ud800",
    "x".repeat(129),
  ];
  for (const userId of bad) assert(!isUserId(userId), JSON.stringify(userId));
});

Deno.test("[P8] everything outside the plain set is percent-encoded", () => {
  assertEquals(userChannel("ann@example.org"), "user:ann@example.org");
  assertEquals(userChannel("auth0|5:é%"), "user:auth0%7C5%3A%C3%A9%25");
  assertEquals(userChannel("a b"), undefined);
});

Deno.test("[P8] every user id has one channel, and gets back from it", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    fc.pre(isUserId(text));
    assertEquals(userOfChannel(`user:${encodeUserId(text)}`), text);
  }));
});

Deno.test("[P8] another spelling of a user's channel is none", () => {
  for (
    const channel of [
      "user:",
      "user:%61",
      "user:%c3%a9",
      "user:%",
      "user:%ff",
      "user:a%20b",
      "user:a:b",
      "topic:a",
    ]
  ) assertEquals(userOfChannel(channel), undefined);
});
