/** Proof in the browser: recounts and receipts over pages of history, and what gives a forgery away. */
import { assertEquals, assertMatch } from "@std/assert";
import { checkBallot, recountHere } from "../../islands/poll_proof.ts";
import { commitmentOf } from "../../realtime/client/commitment.ts";
import { commitmentOf as sealedAs } from "../../realtime/seal.ts";
import {
  BEN,
  FAY,
  type Live,
  MIA,
  opened,
} from "../domain/consensus/polls/fixture.ts";

const CHANNEL = "session:s1";

/** The server's history of the live poll; `change` may forge an item. */
function history(
  live: Live,
  change: (item: Record<string, unknown>) => unknown = (item) => item,
): typeof fetch {
  return (input) => {
    const { searchParams, pathname } = new URL(`${input}`, "http://test");
    assertEquals(pathname, "/api/v1/channels/session%3As1/history");
    const after = Number(searchParams.get("after"));
    const limit = Number(searchParams.get("limit"));
    const items = live.channel.filter(({ offset }) => offset > after)
      .slice(0, limit)
      .map(({ type, v, offset, at, sender, body }) =>
        change({
          type,
          v,
          channel: CHANNEL,
          offset,
          at,
          sender,
          payload: body,
          hash: `${offset}`.padStart(16, "0"),
        })
      );
    return Promise.resolve(Response.json({ items }));
  };
}

function blindPoll(): Live {
  const live = opened({ method: "proposal", blind: true });
  live.cast(FAY, { choice: "agree" });
  live.cast(MIA, { choice: "agree", confidence: 0.5 });
  live.cast(BEN, { choice: "disagree", reason: "Too early – ünsure" });
  return live;
}

Deno.test("[K9] a browser makes the server's commitments", async () => {
  const value = { b: [1, "ü", null], a: { z: true, y: 0.1 } };
  const salt = "00ff".repeat(16);
  assertEquals(await commitmentOf(value, salt), sealedAs(value, salt));
});

Deno.test("[K14] a true record is counted again to the same result", async () => {
  const live = blindPoll();
  live.close();
  assertEquals(await recountHere(live.poll, CHANNEL, history(live)), {
    ok: true,
    says: "Counted again here: 3 ballots, 3 commitments match, same result.",
  });
});

Deno.test("[K14] before the reveal it says what can be checked and what not", async () => {
  const live = blindPoll();
  const { ok, says } = await recountHere(live.poll, CHANNEL, history(live));
  assertEquals(ok, true);
  assertMatch(says, /3 sealed ballots so far/);
});

Deno.test("[K14] a revealed ballot that was changed is found", async () => {
  const live = blindPoll();
  live.close();
  const forged = history(live, (item) => {
    const text = JSON.stringify(item);
    return JSON.parse(
      text.includes("ballots_revealed")
        ? text.replace('"disagree"', '"agree"')
        : text,
    );
  });
  const { ok, says } = await recountHere(live.poll, CHANNEL, forged);
  assertEquals(ok, false);
  assertMatch(says, /the ballot of ben is not the one committed to/);
});

Deno.test("[K15] a receipt is held against its entry: hash, voter and place", async () => {
  const live = blindPoll();
  const offset =
    live.channel.findIndex(({ body }) =>
      body?.event === "vote_cast" && body.userId === "mia"
    ) + 1;
  const hash = `${offset}`.padStart(16, "0");
  const check = (kept: { offset: number; hash?: string } | null) =>
    checkBallot(live.poll, {
      channel: CHANNEL,
      userId: "mia",
      kept,
      get: history(live),
    });
  assertEquals((await check({ offset, hash })).ok, true);
  assertMatch(
    (await check({ offset, hash: "f".repeat(16) })).says,
    /another hash/,
  );
  assertEquals((await check({ offset: offset + 1, hash })).ok, false);
  assertEquals((await check({ offset: 999, hash })).ok, false);
  assertEquals((await check(null)).ok, false);
});
