/** Whom a session tells on their own channel. */
import { assertEquals } from "@std/assert";
import { notices } from "../../../domain/sessions/notices.ts";
import {
  close,
  FAY,
  given,
  join,
  leave,
  MIA,
  opening,
  remove,
  say,
} from "./fixture.ts";

/** Who is told of the last thing that happened, and what. */
function told(live: ReturnType<typeof given>) {
  const event = live.events.at(-1);
  if (!event) throw new Error("nothing happened");
  return notices(live.state, event).map(({ channel, event }) => [
    channel,
    event.type,
    event.body.event,
    event.body.by,
  ]);
}

const WITH_MIA = opening({ participants: [{ userId: "mia" }] });

Deno.test("[T1] whom a session is opened with is told, who opened it is not", () => {
  assertEquals(told(given(WITH_MIA)), [
    ["user:mia", "INBOX_UPDATE", "added_to_session", "FAY"],
  ]);
});

Deno.test("[T1] who is added later is told; who joins by themselves is not", () => {
  const add = { command: "add_participant", userId: "ä@x" } as const;
  assertEquals(told(given(opening(), [FAY, add])), [
    ["user:%C3%A4@x", "INBOX_UPDATE", "added_to_session", "FAY"],
  ]);
  assertEquals(told(given(opening(), [MIA, join])), []);
});

Deno.test("[T1] who is removed is told; who leaves is not", () => {
  assertEquals(told(given(WITH_MIA, [FAY, remove("mia")])), [
    ["user:mia", "INBOX_UPDATE", "removed_from_session", "FAY"],
  ]);
  assertEquals(told(given(WITH_MIA, [MIA, leave])), []);
});

Deno.test("[T1] everyone who still takes part is told that it was closed", () => {
  assertEquals(told(given(WITH_MIA, [FAY, close])), [
    ["user:mia", "INBOX_UPDATE", "session_closed", "FAY"],
  ]);
  assertEquals(told(given(WITH_MIA, [MIA, leave], [FAY, close])), []);
});

Deno.test("[T1] a message tells nobody apart", () => {
  assertEquals(told(given(WITH_MIA, [FAY, say("hello")])), []);
});
