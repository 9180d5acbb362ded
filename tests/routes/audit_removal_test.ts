/** Retention, holds and erasing over a real store: what goes, what stays, and what still verifies. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { hasRole } from "../../domain/access.ts";
import { keepingCommands } from "../../domain/audit/keeping_commands.ts";
import { pollCommands, polls } from "../../domain/consensus/polls/commands.ts";
import { sessionCommands, sessions } from "../../domain/sessions/commands.ts";
import { Commands } from "../../realtime/commands.ts";
import { type Entry, LogHeld } from "../../realtime/log/log.ts";
import { openSqliteLog } from "../../realtime/log/sqlite.ts";
import { SILENT } from "../../realtime/logger.ts";
import { Removals } from "../../routes/audit_removal.ts";
import { Retention } from "../../routes/audit_retention.ts";
import { createSubjectViews } from "../../wiring.ts";

const DAY = 86_400_000;
const START = 1_767_323_045_678;
const user = (userId: string, role: string) => ({
  userId,
  name: userId,
  roles: [role],
});
const FLO = user("flo", "facilitator");
const ADA = user("ada", "admin");
const SERVER = user("regulens", "admin");
const WHY = { reason: "asked for", user: ADA };

/** `s1` with a blind poll `p1` that Flo voted in, closed; `s2` open. */
async function withSessions(
  test: (f: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const f = await open();
  try {
    await test(f);
  } finally {
    f.commands.close();
    await f.log.close();
    await Deno.remove(f.folder, { recursive: true });
  }
}

async function open() {
  const folder = await Deno.makeTempDir({ prefix: "regulens_removal_" });
  const clock = { now: START };
  const now = () => clock.now;
  const views = createSubjectViews();
  const log = await openSqliteLog({
    folder,
    views,
    checkpointIntervalMs: 0,
    now,
  });
  const commands = new Commands({
    log,
    declarations: [...sessionCommands, ...pollCommands, ...keepingCommands],
    authorize: hasRole,
    clock: now,
  });
  const run = (name: string, input: Record<string, unknown>, who = FLO) =>
    commands.execute(name, input, { user: who });
  for (const id of ["s1", "s2"]) {
    await run("open_session", { id, title: `Secret ${id}` });
    await run("post_message", { sessionId: id, text: `Said in ${id}` });
  }
  await run("open_poll", {
    sessionId: "s1",
    id: "p1",
    question: "Secret?",
    method: "proposal",
    blind: true,
  });
  const inPoll = { sessionId: "s1", pollId: "p1" };
  await run("cast_ballot", { ...inPoll, choice: "agree" });
  await run("close_poll", { ...inPoll, final: true });
  await run("close_session", { sessionId: "s1" });
  const removals = new Removals(log, { now });
  const timer: (() => void)[] = [];
  const retention = new Retention({
    log,
    removals,
    days: 30,
    user: SERVER,
    now,
    after: (_, run) => {
      timer.push(run);
      return () => timer.splice(0);
    },
    logger: SILENT,
  });
  return { folder, clock, log, commands, run, removals, retention, timer };
}

type Case = Awaited<ReturnType<typeof open>>;

/** Bodies of what people said, in every channel. */
async function said({ log }: Case, channel: string): Promise<number> {
  const entries = await log.read(channel, 0, 999);
  return entries.filter(isSaid).length;
}

function isSaid({ bodyText }: Entry): boolean {
  return bodyText !== null &&
    !/"(?:body_erased|subject_removed)"/.test(bodyText);
}

const titles = async ({ log }: Case) =>
  (await log.query("sessions")).rows.map(({ key }) => key);

Deno.test("[A13] a removed session is gone from lists and folds, with its polls and what was sealed", async () => {
  await withSessions(async (f) => {
    const { log, commands, removals } = f;
    const before = await said(f, "session:s1") + await said(f, "sealed:p1");
    assert(await said(f, "sealed:p1") > 0);
    const erased = await removals.removeChannel("session:s1", WHY);
    assertEquals(erased, before);
    assertEquals(await titles(f), ["s2"]);
    assertEquals((await log.query("polls")).rows, []);
    assertEquals([
      await said(f, "session:s1"),
      await said(f, "sealed:p1"),
      await said(f, "session:s2"),
    ], [0, 0, 2]);
    for (
      const [area, subject] of [
        [sessions, "session"],
        [polls, "poll:p1"],
      ] as const
    ) {
      const { state } = await commands.state<{ readonly status: string }>(
        area,
        "session:s1",
        subject,
      );
      assertEquals(state.status, "none");
    }
    assertEquals((await log.verify()).ok, true);
    for (const { name } of Deno.readDirSync(f.folder)) {
      const bytes = await Deno.readFile(`${f.folder}/${name}`);
      const text = new TextDecoder("latin1").decode(bytes);
      assert(!text.includes("Said in s1"), name);
      assert(!text.includes("Secret s1"), name);
    }
  });
});

Deno.test("[A13] who removed what and why is in the channel audit, once", async () => {
  await withSessions(async ({ log, removals }) => {
    await removals.removeChannel("session:s1", WHY);
    assertEquals(await removals.removeChannel("session:s1", WHY), 0);
    const entries = await log.read("audit", 0, 9);
    assertEquals(entries.map(({ bodyText }) => JSON.parse(bodyText ?? "")), [{
      event: "erased",
      channel: "session:s1",
      subject: null,
      reason: "asked for",
      userId: "ada",
      name: "ada",
    }]);
  });
});

Deno.test("[A13] the ids of what was removed may be used again, and the chain goes on", async () => {
  await withSessions(async (f) => {
    await f.removals.removeChannel("session:s1", WHY);
    await f.run("open_session", { id: "s1", title: "Anew" });
    await f.run("open_poll", {
      sessionId: "s1",
      id: "p1",
      question: "Anew?",
      method: "proposal",
    });
    assertEquals((await titles(f)).toSorted(), ["s1", "s2"]);
    assertEquals((await f.log.verify("session:s1")).ok, true);
  });
});

Deno.test("[A13] one body is erased with the rows that showed it", async () => {
  await withSessions(async (f) => {
    assertEquals(await f.removals.eraseBody("session:s2", 1, WHY), 1);
    assertEquals(await f.removals.eraseBody("session:s2", 1, WHY), 0);
    const { rows } = await f.log.query("sessions", { key: "s2" });
    assert(!JSON.stringify(rows).includes("Secret"), JSON.stringify(rows));
    await assertRejects(
      () => f.removals.eraseBody("session:s2", 99, WHY),
      RangeError,
    );
  });
});

Deno.test("[A11] a run takes closed sessions that are over, and no other", async () => {
  await withSessions(async (f) => {
    f.clock.now = START + 30 * DAY - 1;
    assertEquals((await f.retention.plan()).overdue, []);
    assertEquals(await f.retention.run(), 0);
    f.clock.now = START + 30 * DAY;
    const [one, ...others] = (await f.retention.plan()).overdue;
    assertEquals(one, {
      channel: "session:s1",
      subject: null,
      title: "Secret s1",
      closedAt: START,
      days: 30,
      dueAt: START + 30 * DAY,
      held: false,
    });
    assertEquals(others, []);
    assertEquals(await titles(f), ["s1", "s2"], "a plan changes nothing");
    assert(await f.retention.run() > 0);
    assertEquals(await titles(f), ["s2"]);
    assertEquals(await f.retention.run(), 0);
    assertEquals((await f.log.verify()).ok, true);
  });
});

Deno.test("[A11] a subject with days of its own goes before the rest", async () => {
  await withSessions(async (f) => {
    const own = { channel: "session:s1", subject: "poll:p1", days: 5 };
    await f.run("set_retention", own, ADA);
    f.clock.now = START + 5 * DAY;
    await f.retention.run();
    assertEquals((await f.log.query("polls")).rows, []);
    assertEquals(await said(f, "sealed:p1"), 0);
    assertEquals(await titles(f), ["s1", "s2"]);
    assertEquals(await f.retention.run(), 0);
  });
});

Deno.test("[A12] what is on hold stays until it is lifted, and is told as held", async () => {
  await withSessions(async (f) => {
    const { retention, removals, run, clock } = f;
    clock.now = START + 40 * DAY;
    const hold = { channel: "session:s1", reason: "Case 7" };
    await run("place_hold", hold);
    const { overdue, held } = await retention.plan();
    assertEquals(overdue.map(({ held }) => held), [true]);
    assertEquals(
      held.map(({ channel, reason, at, name }) => ({
        channel,
        reason,
        at,
        name,
      })),
      [{ ...hold, at: clock.now, name: "flo" }],
    );
    const before = await said(f, "sealed:p1");
    assertEquals(await retention.run(), 0);
    await assertRejects(
      () => removals.removeChannel(hold.channel, WHY),
      LogHeld,
    );
    await assertRejects(
      () => removals.eraseBody(hold.channel, 1, WHY),
      LogHeld,
    );
    assertEquals(await said(f, "sealed:p1"), before);
    assertEquals(await titles(f), ["s1", "s2"]);
    await run("lift_hold", { channel: hold.channel });
    assert(await retention.run() > 0);
  });
});

Deno.test("[A11] it looks at the start and again after each look, and stops", async () => {
  await withSessions(async (f) => {
    const { retention, timer, clock } = f;
    const heard = Promise.withResolvers<void>();
    const stop = f.log.feed((entries) => {
      if (entries.some(({ channel }) => channel === "audit")) heard.resolve();
    });
    // It rests after a first look that found nothing.
    const rests = Promise.withResolvers<void>();
    timer.push = (...runs) => {
      rests.resolve();
      return Array.prototype.push.apply(timer, runs);
    };
    retention.start();
    await rests.promise;
    assertEquals(await titles(f), ["s1", "s2"]);
    clock.now = START + 31 * DAY;
    timer.splice(0)[0]();
    await heard.promise;
    await retention.close();
    stop();
    assertEquals(await titles(f), ["s2"]);
    assertEquals(timer.length, 0);
  });
});
