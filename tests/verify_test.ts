/** `deno task verify` on folders with polls: what it recounts, and what it finds. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { hasRole } from "../domain/access.ts";
import { pollCommands } from "../domain/consensus/polls/commands.ts";
import { sessionCommands } from "../domain/sessions/commands.ts";
import { Commands } from "../realtime/commands.ts";
import { openSqliteLog } from "../realtime/log/sqlite.ts";
import { recountFolder } from "../verify.ts";

const FLO = { userId: "flo", name: "Flo", roles: ["facilitator"] };
const ANA = { userId: "ana", name: "Ana", roles: ["member"] };
const BO = { userId: "bo", name: "Bo", roles: ["member"] };

type Run = (
  name: string,
  input: Readonly<Record<string, unknown>>,
  user?: typeof FLO,
) => Promise<unknown>;

/** A folder with one session, `s`, and what `fill` did in it. */
async function withFolder(
  fill: (run: Run) => Promise<void>,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "regulens_verify_" });
  try {
    const log = await openSqliteLog({ folder, views: [] });
    const commands = new Commands({
      log,
      declarations: [...sessionCommands, ...pollCommands],
      authorize: hasRole,
    });
    const run: Run = (name, input, user = FLO) =>
      commands.execute(name, input, { user });
    await run("open_session", {
      id: "s",
      title: "Budget",
      participants: [ANA, BO].map(({ userId, name }) => ({ userId, name })),
    });
    await fill((name, input, user) =>
      run(name, { sessionId: "s", ...input }, user)
    );
    commands.close();
    await log.close();
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const TWO = [{ id: "a", label: "A" }, { id: "b", label: "B" }];

async function openPoll(run: Run, id: string, more = {}): Promise<void> {
  const poll = { id, question: "Which?", method: "plurality" };
  await run("open_poll", { ...poll, alternatives: TWO, ...more });
}

/** Changes the body of the last entry of an event, behind the program's back. */
function alter(folder: string, event: string, from: string, to: string): void {
  const db = new DatabaseSync(`${folder}/log.db`);
  const { changes } = db.prepare(`
    UPDATE entries SET body = replace(body, ?, ?) WHERE seq =
      (SELECT max(seq) FROM entries WHERE body LIKE ? AND body LIKE ?)
  `).run(from, to, `%"event":"${event}"%`, `%${from}%`);
  db.close();
  assertEquals(changes, 1);
}

Deno.test("[K14] verify counts results, rounds and blind polls again, and says one line of each", async () => {
  await withFolder(async (run) => {
    await openPoll(run, "open");
    await run("cast_ballot", { pollId: "open", choice: "a" }, ANA);
    await openPoll(run, "rounds", { maxRounds: 2 });
    await run("cast_ballot", { pollId: "rounds", choice: "a" }, ANA);
    await run("cast_ballot", { pollId: "rounds", choice: "b" }, BO);
    await run("close_poll", { pollId: "rounds" });
    await run("cast_ballot", { pollId: "rounds", choice: "b" }, BO);
    await run("close_poll", { pollId: "rounds" });
    await openPoll(run, "secret", { blind: true });
    await run("cast_ballot", { pollId: "secret", choice: "a" }, ANA);
    await run("cast_ballot", { pollId: "secret", choice: "a" }, BO);
    await run("close_poll", { pollId: "secret" });
    await openPoll(run, "undone", { blind: true });
    await run("cast_ballot", { pollId: "undone", choice: "a" }, ANA);
    await run("cancel_poll", { pollId: "undone" });
  }, async (folder) => {
    assertEquals(await recountFolder(folder), {
      ok: true,
      polls: 4,
      rounds: 4,
      erased: 0,
      lines: [
        "ok: 4 results of 4 polls counted again, all as announced",
        "ok: poll:rounds of session:s, round 1: tied, 2 ballots",
        "ok: poll:rounds of session:s, round 2: passed, 1 ballot",
        "ok: poll:secret of session:s, round 1: passed, 2 ballots",
        "ok: poll:secret of session:s, 2 sealed ballots as committed to",
        "ok: poll:undone of session:s, round 1: cancelled, 1 ballot, never shown",
      ],
    });
  });
});

Deno.test("[K14] verify finds a result that is not what the ballots come to", async () => {
  await withFolder(async (run) => {
    await openPoll(run, "p");
    await run("cast_ballot", { pollId: "p", choice: "a" }, ANA);
    await run("close_poll", { pollId: "p" });
  }, async (folder) => {
    alter(folder, "consensus_result", '"winner":"a"', '"winner":"b"');
    const { ok, lines } = await recountFolder(folder);
    assertEquals(ok, false);
    assertEquals(lines, [
      "bad: 1 result of 1 poll counted again",
      "bad: poll:p of session:s: Entry 4: counted again, the figures are others",
    ]);
  });
});

Deno.test("[K14] verify finds a revealed ballot that is not the one committed to", async () => {
  await withFolder(async (run) => {
    await openPoll(run, "p", { blind: true });
    await run("cast_ballot", { pollId: "p", choice: "a" }, ANA);
    await run("close_poll", { pollId: "p" });
  }, async (folder) => {
    alter(folder, "ballots_revealed", '"choice":"a"', '"choice":"b"');
    const { ok, lines } = await recountFolder(folder);
    assertEquals(ok, false);
    assertStringIncludes(
      lines.join("\n"),
      "bad: poll:p of session:s: Entry 4: the ballot of ana is not the one committed to",
    );
  });
});

Deno.test("[K14] verify says of a poll that lacks an erased ballot that it cannot be recounted; no fault", async () => {
  await withFolder(async (run) => {
    await openPoll(run, "p");
    await run("cast_ballot", { pollId: "p", choice: "a" }, ANA);
    await run("close_poll", { pollId: "p" });
    await openPoll(run, "q");
    await run("cast_ballot", { pollId: "q", choice: "a" }, ANA);
    await run("close_poll", { pollId: "q" });
  }, async (folder) => {
    const log = await openSqliteLog({ folder, views: [] });
    await log.erase("session:s", 3, "ada");
    await log.close();
    assertEquals(await recountFolder(folder), {
      ok: true,
      polls: 2,
      rounds: 1,
      erased: 1,
      lines: [
        "ok: 1 result of 2 polls counted again, all as announced, 1 lack what was erased",
        "erased: poll:p of session:s, entry 3: cannot be recounted from there on",
        "ok: poll:q of session:s, round 1: passed, 1 ballot",
      ],
    });
  });
});

Deno.test("[A8] deno task verify checks the folder of REGULENS_DATA when none is given", async () => {
  await withFolder(async () => {}, async (folder) => {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "verify.ts"],
      cwd: new URL("..", import.meta.url),
      env: { REGULENS_DATA: folder },
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertStringIncludes(text, `ok: the log in ${folder} verifies`);
    assertEquals(code, 0);
  });
});

Deno.test("[K14] deno task verify ends with 1 and names the poll when a recount differs", async () => {
  await withFolder(async (run) => {
    await openPoll(run, "p");
    await run("cast_ballot", { pollId: "p", choice: "a" }, ANA);
    await run("close_poll", { pollId: "p" });
  }, async (folder) => {
    const whole = await verify(folder);
    assertEquals(whole.code, 0, whole.text);
    assertStringIncludes(
      whole.text,
      "ok: poll:p of session:s, round 1: passed, 1 ballot",
    );
    alter(folder, "vote_cast", '"choice":"a"', '"choice":"b"');
    const altered = await verify(folder);
    assertEquals(altered.code, 1);
    assertStringIncludes(altered.text, "altered_body at offset 3");
    assertStringIncludes(altered.text, "bad: poll:p of session:s: Entry 4");
  });
});

async function verify(folder: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "verify", folder],
    cwd: new URL("../", import.meta.url),
  }).output();
  const text = new TextDecoder();
  return { code, text: text.decode(stdout) + text.decode(stderr) };
}
