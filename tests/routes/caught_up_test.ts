/** Reading one's own writes at another node: who waits, for what, and how long. */
import { assertEquals, assertMatch } from "@std/assert";
import { Hono } from "hono";
import type { FeedListener } from "../../realtime/log/log.ts";
import { CaughtUp } from "../../routes/caught_up.ts";
import type { Env } from "../../routes/env.ts";
import { FakeTime } from "../realtime/fake_time.ts";

/** A node that has read as far as `read` says; it has one peer unless told otherwise. */
function node(peers: readonly string[] = ["b"]) {
  const time = new FakeTime();
  let listener: FeedListener = () => {};
  const caughtUp = new CaughtUp({
    log: {
      feed: (given) => {
        listener = given;
        return () => {};
      },
    },
    bus: { peers: () => peers },
    after: time.after,
  });
  const app = new Hono<Env>();
  app.use(caughtUp.middleware());
  app.get("/", (c) => c.text("read"));
  app.get("/back", (c) => c.redirect("/", 303));
  app.post("/", (c) => c.text("changed"));
  const ask = (method: string, { path = "/", cookie = "" } = {}) =>
    Promise.resolve(app.request(path, { method, headers: { cookie } }));
  return {
    time,
    caughtUp,
    ask,
    read: (cursor: number) => listener([], cursor),
  };
}

const isPending = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(() => false),
    new Promise((resolve) => setTimeout(() => resolve(true))),
  ]);

Deno.test("[SI25] an answer to a change says how far the log was, for ten seconds; a read says nothing", async () => {
  const { ask, read } = node();
  read(41);
  const changed = await ask("POST");
  assertMatch(
    changed.headers.get("set-cookie") ?? "",
    /^regulens-seen=41; Max-Age=10; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  assertEquals((await ask("GET")).headers.get("set-cookie"), null);
  const back = await ask("GET", { path: "/back" });
  assertMatch(back.headers.get("set-cookie") ?? "", /^regulens-seen=41;/);
});

Deno.test("[SI25] a node that has not read so far answers once it has", async () => {
  const { ask, read, time } = node();
  read(40);
  const answer = ask("GET", { cookie: "a=b; regulens-seen=42" });
  assertEquals(await isPending(answer), true);
  read(41);
  assertEquals(await isPending(answer), true);
  read(42);
  assertEquals(await (await answer).text(), "read");
  assertEquals(time.pending, 0);
});

Deno.test("[SI25] a node that is cut off answers after a second with what it has", async () => {
  const { ask, read, time } = node();
  read(40);
  const answer = ask("GET", { cookie: "regulens-seen=42" });
  assertEquals(await isPending(answer), true);
  await time.advance(1_000);
  assertEquals(await (await answer).text(), "read");
});

Deno.test("[SI25] nobody waits at a node that is alone, or for what is no number", () => {
  const request = (seen: string) =>
    new Request("http://here/", {
      headers: { cookie: `regulens-seen=${seen}` },
    });
  const alone = node([]);
  alone.read(1);
  assertEquals(alone.caughtUp.behind(request("9")), undefined);
  const { caughtUp, read } = node();
  read(1);
  for (const seen of ["", "x", "1e999", "9.5", "-3", "1"]) {
    assertEquals(caughtUp.behind(request(seen)), undefined);
  }
});

Deno.test("[SI25] a thousand wait at most, and all are let go at the end", async () => {
  const { caughtUp, read, time } = node();
  read(1);
  const request = () =>
    new Request("http://here/", { headers: { cookie: "regulens-seen=2" } });
  const waiting = Array.from(
    { length: 1_000 },
    () => caughtUp.behind(request()),
  );
  assertEquals(waiting.includes(undefined), false);
  assertEquals(caughtUp.behind(request()), undefined);
  caughtUp.close();
  await Promise.all(waiting);
  assertEquals(time.pending, 0);
});
