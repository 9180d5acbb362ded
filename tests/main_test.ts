/** The program as a process: what it says at the start, and how it ends. */
import { assertEquals } from "@std/assert";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../deno.json", import.meta.url).pathname;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs main.ts in a folder of its own; `started` is called with the address it prints. */
async function run(
  environment: Record<string, string>,
  started?: (url: string, process: Deno.ChildProcess) => Promise<void>,
  files: Record<string, string> = {},
): Promise<Run> {
  const folder = await Deno.makeTempDir({ prefix: "regulens_main_" });
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", "--config", CONFIG, MAIN],
    cwd: folder,
    env: { PORT: "0", LOG_FORMAT: "json", NO_COLOR: "1", ...environment },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(process.stderr).text();
  let stdout = "";
  let told = started === undefined;
  for await (
    const text of process.stdout.pipeThrough(new TextDecoderStream())
  ) {
    stdout += text;
    const url = /http:\S+(?=\n)/.exec(stdout)?.[0];
    if (told || url === undefined) continue;
    told = true;
    await started?.(url, process);
  }
  const { code } = await process.status;
  await Deno.remove(folder, { recursive: true });
  return { code, stdout, stderr: await stderr };
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`[P20] ${signal} ends the process in order, with code 0`, async () => {
    const { code, stdout, stderr } = await run({}, async (url, process) => {
      const response = await fetch(`${url}/readyz`);
      assertEquals(await response.json(), { status: "ready" });
      process.kill(signal);
    });
    assertEquals(code, 0);
    assertEquals(
      /^Regulens \S+ listens on http:\/\/127\.0\.0\.1:\d+\n$/.test(stdout),
      true,
    );
    const messages = stderr.trim().split("\n")
      .map((line) => JSON.parse(line).message);
    assertEquals(messages, ["stopping", "stopped"]);
  });
}

Deno.test("[C2] a wrong environment ends the start with code 1 and a line per mistake", async () => {
  const environment = { PORT: "x", REGULENS_SECRET: "hunter2" };
  const { code, stdout, stderr } = await run(environment);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(
    stderr,
    "PORT=x: allowed is a port from 0 to 65535\n" +
      "REGULENS_SECRET=(not shown): allowed is at least 32 bytes\n",
  );
});

Deno.test("[C7] .env is read, and the process's own environment wins over it", async () => {
  const files = { ".env": "LOG_LEVEL=LOUD\nWEBSOCKET_RATE_LIMIT=none\n" };
  const { stderr } = await run({ LOG_LEVEL: "INFO" }, undefined, files);
  assertEquals(
    stderr,
    "WEBSOCKET_RATE_LIMIT=none: allowed is messages per second, from 1 to 1000000000\n",
  );
});

Deno.test("[C5] a port in use ends the start with code 1 and one line", async () => {
  const taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const PORT = String(taken.addr.port);
  const { code, stderr } = await run({ PORT });
  taken.close();
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `Cannot listen on 127.0.0.1:${PORT}: the port is in use; set another with PORT\n`,
  );
});
