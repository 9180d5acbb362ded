/** Records over two nodes on one Postgres: holds, erasing, removing, exports, files, checks, backups. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { keepingSubject } from "../domain/audit/keeping.ts";
import { isSigned } from "../realtime/log/checkpoint.ts";
import { verifyExport } from "../realtime/log/verify_export.ts";
import { KEY } from "./realtime/log/exports.ts";
import {
  dropPostgres,
  postgresForTests,
  postgresTest,
} from "./support/postgres.ts";
import { startServer, type TestServer } from "./support/server.ts";

const SIGNING_KEY = KEY.export({ type: "pkcs8", format: "der" })
  .toString("base64");
const SECRET = "the plan nobody may keep";

type Nodes = readonly [one: TestServer, two: TestServer];

const start = (url: string) =>
  startServer({
    env: { DATABASE_URL: url, REGULENS_SIGNING_KEY: SIGNING_KEY },
  });

async function withNodes(url: string, run: (nodes: Nodes) => Promise<void>) {
  const nodes = await Promise.all([start(url), start(url)] as const);
  try {
    await run(nodes);
  } finally {
    for (const node of nodes) {
      await node.stop("SIGTERM");
      await node[Symbol.asyncDispose]();
    }
  }
}

/** Asks until it is so: what one node reads may be behind another by a look at the log. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await isSo()) return;
  }
  throw new Error(`Not so after 1,000 looks: ${isSo}`);
}

async function status(
  node: TestServer,
  method: string,
  path: string,
  body?: unknown,
): Promise<number> {
  const response = await node.fetch(`/api/v1${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  await response.body?.cancel();
  return response.status;
}

const at = encodeURIComponent;

async function exported(node: TestServer, channel: string) {
  const response = await node.fetch(
    `/api/v1/audit/export?channel=${at(channel)}`,
  );
  assertEquals(response.status, 200);
  assert(response.body);
  return await verifyExport(response.body, { isSigned });
}

async function jobFile(node: TestServer, jobId: string) {
  const response = await node.fetch(`/api/v1/jobs/${jobId}/file`);
  return { status: response.status, text: await response.text() };
}

async function ended(node: TestServer, jobId: string): Promise<void> {
  await until(async () =>
    (await node.call("GET", `/api/v1/jobs/${jobId}`)).job.state === "done"
  );
}

/** A session with a message, and a poll that was closed. */
async function openDebate(node: TestServer) {
  const session = await node.openSession({ title: "Budget", open: true });
  await node.post(session.id, SECRET);
  const polls = `/api/v1/sessions/${session.id}/polls`;
  const id = `poll-${session.id}`;
  await node.call("POST", polls, {
    id,
    question: "Which?",
    method: "plurality",
    alternatives: [{ id: "a", label: "A" }, { id: "b", label: "B" }],
  });
  await node.call("POST", `${polls}/${id}/close`, {});
  return session;
}

/** Runs `deno task NAME`; hands back its exit code and what it printed. */
async function task(name: string, args: string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["task", name, ...args],
    cwd: new URL("../", import.meta.url),
    env: { NO_COLOR: "1", REGULENS_SIGNING_KEY: SIGNING_KEY, ...env },
  }).output();
  const text = new TextDecoder();
  return { code, said: text.decode(stdout) + text.decode(stderr) };
}

postgresTest(
  "[A12] a hold placed on one node keeps the other from erasing; lifted there, it goes",
  (url) =>
    withNodes(url, async ([one, two]) => {
      const { channel } = await one.openSession({ title: "S", open: true });
      const erase = { channel, reason: "asked for" };
      const hold = { channel, reason: "Case 7" };
      assertEquals(await status(one, "POST", "/audit/holds", hold), 201);
      assertEquals(await status(two, "POST", "/audit/erase", erase), 409);
      await until(async () =>
        await status(two, "DELETE", `/audit/holds/${at(channel)}`) === 200
      );
      assertEquals(await status(one, "POST", "/audit/erase", erase), 200);
      const plan = await two.call("GET", "/api/v1/audit/retention");
      assertEquals([plan.held, plan.overdue], [[], []]);
    }),
);

postgresTest(
  "[A13] what one node erases and removes is gone on both; exports and checks go on",
  (url) =>
    withNodes(url, async ([one, two]) => {
      const { id, channel } = await openDebate(one);
      const { job: { id: jobId } } = await one.call("POST", "/api/v1/jobs", {
        type: "audit.export",
        input: { channel },
      });
      await ended(two, jobId);
      for (const node of [one, two]) {
        const { status, text } = await jobFile(node, jobId);
        assertEquals(status, 200);
        assertStringIncludes(text, SECRET);
        const found = await verifyExport(
          [new TextEncoder().encode(text)],
          { isSigned },
        );
        assertEquals(found.firstBad, undefined);
      }
      const before = await exported(two, channel);
      assertEquals([before.ok, before.erased], [true, 0]);

      const erase = { channel, offset: 2, reason: "asked for" };
      assertEquals(await status(two, "POST", "/audit/erase", erase), 200);
      for (const node of [one, two]) {
        assertEquals((await jobFile(node, jobId)).status, 404);
        const now = await exported(node, channel);
        assertEquals([now.ok, now.erased], [true, 1]);
        const { items } = await node.call(
          "GET",
          `/api/v1/audit?channel=${at(channel)}&limit=100`,
        );
        const row = items.find((item: { offset: number }) => item.offset === 2);
        assertEquals([row.erased, row.event], [true, null]);
      }

      const remove = { channel, reason: "asked for" };
      assertEquals(await status(one, "POST", "/audit/erase", remove), 200);
      for (const node of [one, two]) {
        await until(async () =>
          await status(node, "GET", `/sessions/${id}`) === 404
        );
        const left = await exported(node, channel);
        assertEquals(left.ok, true);
        const checked = await node.call("GET", "/api/v1/audit/verify");
        assertEquals(checked.ok, true);
        const { items: [said] } = await node.call(
          "GET",
          "/api/v1/audit?channel=audit",
        );
        assertEquals([said.event, said.userId], ["erased", "service"]);
      }
      const bytes = await one.fetch(
        `/api/v1/audit/export?channel=${at(channel)}`,
      );
      assert(!(await bytes.text()).includes(SECRET));
    }),
);

postgresTest(
  "[B7] the tasks verify, back up and restore what nodes have written, and nodes go on from it",
  async (url) => {
    const folder = await Deno.makeTempDir({ prefix: "regulens_records_" });
    const file = `${folder}/one.backup`;
    const data = `${folder}/data`;
    try {
      let channel = "";
      await withNodes(url, async ([one]) => {
        channel = (await openDebate(one)).channel;
        const during = await task("backup", [file], { DATABASE_URL: url });
        assertEquals([during.code, during.said.includes("done: ")], [0, true]);
      });
      const checked = await task("verify", [], { DATABASE_URL: url });
      assertEquals(checked.code, 0, checked.said);
      assertStringIncludes(checked.said, "ok: the log in");
      assertStringIncludes(checked.said, "of 1 poll counted again");
      assert(!checked.said.includes(new URL(url).password || "postgres://"));

      const taken = await task("restore", [file, url], {});
      assertEquals(taken.code, 1);
      assertStringIncludes(taken.said, "there is a log in it");
      // To a data folder as well: it is one and the same file.
      const embedded = await task("restore", [file, data], {});
      assertEquals(embedded.code, 0, embedded.said);
      assertEquals((await task("verify", [data], {})).code, 0);

      const other = await postgresForTests();
      assert(other);
      try {
        const restored = await task("restore", [file, other], {});
        assertEquals(restored.code, 0, restored.said);
        assertStringIncludes(restored.said, "epoch ");
        await withNodes(other, async ([one, two]) => {
          const { items } = await one.history(channel).then((items) => ({
            items,
          }));
          assert(JSON.stringify(items).includes(SECRET));
          const found = await exported(two, channel);
          assertEquals([found.ok, found.firstBad], [true, undefined]);
        });
        const again = await task("verify", [other], {});
        assertEquals(again.code, 0, again.said);
      } finally {
        await dropPostgres(other);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

postgresTest(
  "[A11] nodes that remove the same sessions at once do it once, and say so once",
  (url) =>
    withNodes(url, async ([one, two]) => {
      const channels: string[] = [];
      for (let i = 0; i < 5; i++) {
        channels.push((await openDebate(one)).channel);
      }
      const answers = await Promise.all(
        channels.flatMap((channel) =>
          [one, two].map((node) =>
            node.call("POST", "/api/v1/audit/erase", {
              channel,
              reason: "Kept for long enough",
            }, 200)
          )
        ),
      );
      assertEquals(answers.length, 10);
      const { items } = await one.call("GET", "/api/v1/audit?channel=audit");
      const subjects = items.map(({ subject }: { subject: string }) => subject);
      assertEquals(subjects.sort(), channels.map(keepingSubject).sort());
      assertEquals((await two.call("GET", "/api/v1/audit/verify")).ok, true);
    }),
);
