/** Jobs of sessions one may not see, files one may read no more, the server's own commands: not there. */
import { assertEquals } from "@std/assert";
import { startServer, type TestServer } from "../support/server.ts";

let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Calls as one who signed in; answers status and body. */
async function person(name: string, role: string) {
  const { cookie, userId } = await server.signIn(name, role);
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await server.fetch(`/api/v1${path}`, {
      token: null,
      method,
      headers: {
        Cookie: cookie,
        Origin: server.url,
        "Content-Type": "application/json",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  return { userId, call };
}

/** A session that only Mia and who opened it see, and Mia's export of it as a job of the house. */
async function exportedByMia(name: string) {
  const mia = await person(name, "member");
  const { id } = await server.openSession({
    title: "Hidden",
    open: false,
    participants: [{ userId: mia.userId, name, role: "member" }],
  });
  const { body: { job } } = await mia.call("POST", "/jobs", {
    type: "audit.export",
    mode: "sync",
    input: { channel: `session:${id}` },
  });
  return { mia, id, job };
}

Deno.test("[P8] a job of a hidden session is refused as one that is not there", async () => {
  const otto = await person("Otto", "facilitator");
  const { id: sessionId } = await server.openSession({
    title: "Hidden",
    open: false,
  });
  const { job } = await server.call("POST", "/api/v1/jobs", {
    type: "audit.export",
    mode: "sync",
    sessionId,
    input: { channel: "rules" },
  });
  for (const action of ["cancel", "retry"]) {
    const hidden = await otto.call("POST", `/jobs/${job.id}/${action}`, {});
    const unknown = await otto.call("POST", `/jobs/nope/${action}`, {});
    assertEquals(hidden, unknown);
    assertEquals([hidden.status, hidden.body.reason], [404, "job_not_found"]);
  }
});

Deno.test("[A1] an export made in the background is kept from who may not read its channel any more", async () => {
  const { mia, id, job } = await exportedByMia("Mia");
  const before = await mia.call("GET", `/jobs/${job.id}/file`);
  assertEquals(before.body.summary.channel, `session:${id}`);
  await server.call(
    "DELETE",
    `/api/v1/sessions/${id}/participants/${mia.userId}`,
  );
  const after = await mia.call("GET", `/jobs/${job.id}/file`);
  assertEquals([after.status, after.body.code], [404, "not_found"]);
});

Deno.test("[P8] a command of the server's own is refused like any unknown name, also to admins", async () => {
  await using admin = await server.connectService();
  const refusal = async (command: string) => {
    const { payload } = await admin.request({
      type: "COMMAND",
      payload: { command, input: { jobId: "j1" } },
    });
    return JSON.stringify(payload).replaceAll(command, "NAME");
  };
  const unknown = await refusal("no_such_command");
  for (const name of ["claim_job", "finish_job", "return_job"]) {
    assertEquals(await refusal(name), unknown);
  }
});
