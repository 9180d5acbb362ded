/** Rows of the list of sessions: what they carry, and that a rebuild makes the same. */
import { assertEquals } from "@std/assert";
import { may } from "../../../domain/access.ts";
import {
  createSessionIndexer,
  index,
  rowOf,
} from "../../../domain/sessions/view.ts";
import { FAY, given, join, leave, MIA, OLI, opening, say } from "./fixture.ts";

Deno.test("[L5] a row carries what a list shows, sorted by last activity", () => {
  const live = given(opening(), [MIA, join], [MIA, say("hi")], [MIA, leave]);
  assertEquals(index(live.state, live.events[3]), [{
    view: "sessions",
    key: "s1",
    sort: 1_003,
    data: {
      status: "open",
      id: "s1",
      title: "Weekly review",
      description: null,
      open: true,
      openedBy: "fay",
      openedAt: 1_000,
      closedAt: null,
      lastActivityAt: 1_003,
      participantCount: 1,
      participants: [],
    },
  }]);
});

Deno.test("[P8] a row answers who may see its session as the session does", () => {
  for (const open of [true, false]) {
    const participants = [{ userId: "mia" }];
    const { session } = given(opening({ open, participants }), [MIA, leave]);
    for (const user of [FAY, MIA, OLI]) {
      assertEquals(
        may(user, "read", { kind: "session", session: rowOf(session) }),
        may(user, "read", { kind: "session", session }),
      );
    }
  }
});

Deno.test("[L5] a rebuild from the log makes the same rows", () => {
  const live = given(opening({ open: false }));
  const indexer = createSessionIndexer();
  const rows = [indexer(live.events[0], "session")];
  const expected = [index(live.state, live.events[0])];
  for (const user of [FAY, FAY, FAY]) {
    live.run([user, say("hi")]);
    const event = live.events.at(-1)!;
    expected.push(index(live.state, event));
    rows.push(indexer(event, "session"));
  }
  assertEquals(rows, expected);
  assertEquals(indexer(live.events[0], "poll:1"), []);
});
