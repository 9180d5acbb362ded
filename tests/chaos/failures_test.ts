/** What docs/operations/failures.md promises of a server whose folder goes, or that is stopped for a while. */
import { assertEquals } from "@std/assert";
import { startServer, type TestServer } from "../support/server.ts";

const post = async (server: TestServer, sessionId: string, text: string) => {
  const response = await server.fetch(
    `/api/v1/sessions/${sessionId}/messages`,
    {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": text },
      body: JSON.stringify({ text }),
    },
  );
  await response.body?.cancel();
  return response.status;
};

const ready = async (server: TestServer) => {
  const response = await server.fetch("/readyz", { token: null });
  await response.body?.cancel();
  return response.status;
};

const textsOf = async (server: TestServer, channel: string) =>
  (await server.history(channel)).slice(1).map(({ payload }) => payload.text);

Deno.test("[L10] a data folder that is moved away refuses writes, and takes them again once it is back", async () => {
  const root = await Deno.makeTempDir({ prefix: "regulens_folder_" });
  try {
    await using server = await startServer({ folder: `${root}/data` });
    const { id, channel } = await server.openSessionFor([]);
    assertEquals(await post(server, id, "before"), 201);
    await Deno.rename(`${root}/data`, `${root}/gone`);
    assertEquals(await post(server, id, "refused"), 503);
    assertEquals(await ready(server), 503);
    assertEquals(await textsOf(server, channel), ["before"], "reads go on");
    await Deno.rename(`${root}/gone`, `${root}/data`);
    await server.eventually(
      "being ready again",
      () => ready(server),
      (status) => status === 200,
    );
    assertEquals(await post(server, id, "refused"), 201);
    assertEquals(await textsOf(server, channel), ["before", "refused"]);
    await server.stop("SIGTERM");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("[P14] what is asked of a stopped process is answered once it goes on, on the same connection", async () => {
  await using server = await startServer();
  const { id: sessionId, channel } = await server.openSessionFor(["ana"]);
  const client = await server.connect("ana");
  server.child.kill("SIGSTOP");
  const answers = ["one", "two", "three"].map((text) =>
    client.request({
      type: "COMMAND",
      messageId: text,
      payload: { command: "post_message", input: { sessionId, text } },
    })
  );
  server.child.kill("SIGCONT");
  for (const answer of answers) assertEquals((await answer).type, "ACK");
  assertEquals(await textsOf(server, channel), ["one", "two", "three"]);
  await server.stop("SIGTERM");
  await client.waitForClose();
});
