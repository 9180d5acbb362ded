/** The examples and the quick start, each run as it stands against a real server. */
import { assertEquals, assertMatch } from "@std/assert";
import { hasChromium, launchBrowser } from "../support/browser.ts";
import { startServer, type TestServer, TOKEN } from "../support/server.ts";

const ROOT = new URL("../../", import.meta.url);
const SECRET = `whsec_${new Uint8Array(24).fill(7).toBase64()}`;

/** Everything a program says until it ends. */
async function run(
  server: TestServer,
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: server.scratch,
    env: environment(server),
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

function environment(server: TestServer) {
  return {
    REGULENS_URL: server.url,
    REGULENS_API_TOKEN: TOKEN,
    REGULENS_WEBHOOK_SECRET: SECRET,
    NO_COLOR: "1",
  };
}

/** Code blocks of a language in the quick start, with this server's address in them. */
async function blocks(server: TestServer, language: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL("docs/quickstart.md", ROOT));
  const pattern = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...text.matchAll(pattern)].map(([, code = ""]) =>
    code.replaceAll("127.0.0.1:8000", `127.0.0.1:${server.port}`)
  );
}

Deno.test("[O4] each block of the quick start runs as it is", async (t) => {
  await using server = await startServer();
  await t.step("over HTTP, twice", async () => {
    const [shell = ""] = await blocks(server, "sh");
    for (let time = 0; time < 2; time++) {
      const { code, said } = await run(server, "sh", ["-ec", shell]);
      assertEquals(code, 0, said);
      assertMatch(said, /"The audit report is in\."/);
    }
    const posted = (await server.history("session:kx-14"))
      .filter(({ payload }) => payload.event === "message_posted");
    assertEquals(posted.length, 1);
  });
  const programs = await blocks(server, "ts");
  assertEquals(programs.length, 2);
  const expected = [
    /topic:lobby 1: \{ text: "Hello" \}/,
    /heard: Hello from Deno/,
  ];
  for (const [index, program] of programs.entries()) {
    await t.step(`program ${index + 1}`, async () => {
      const file = `${server.scratch}/program_${index}.ts`;
      await Deno.writeTextFile(file, program);
      const { code, said } = await run(server, "deno", [
        "run",
        "--no-config",
        "--no-lock",
        `--reload=${server.url}`,
        "--allow-net",
        "--allow-env",
        `--allow-import=127.0.0.1:${server.port}`,
        file,
      ]);
      assertEquals(code, 0, said);
      assertMatch(said, expected[index]!);
    });
  }
});

Deno.test("[O4] the script recovers what it missed", async () => {
  await using server = await startServer();
  const { code, said } = await run(server, "deno", [
    "run",
    "-A",
    new URL("examples/script/main.ts", ROOT).pathname,
  ]);
  assertEquals(code, 0, said);
  assertMatch(said, /3 messages, none lost, none twice/);
});

/** The browser's driver keeps pipes and timers of its own for the life of the process. */
const BROWSER = {
  ignore: !hasChromium,
  sanitizeOps: false,
  sanitizeResources: false,
};

Deno.test(
  "[O4] the Hono application gets alerts to its page",
  BROWSER,
  async () => {
    const port = freePort();
    await using server = await startServer({
      env: {
        REGULENS_WEBHOOK_SECRET: SECRET,
        ALLOWED_ORIGINS: `http://127.0.0.1:${port}`,
      },
    });
    const app = new Deno.Command("deno", {
      args: ["run", "-A", new URL("examples/hono/main.ts", ROOT).pathname],
      env: { ...environment(server), PORT: String(port) },
      stdout: "piped",
    }).spawn();
    const browser = await launchBrowser();
    try {
      const said = app.stdout.getReader();
      await said.read();
      said.releaseLock();
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      await server.eventually(
        "its visitor to be connected",
        () => server.call("GET", "/api/v1/connections"),
        ({ items }) =>
          items.some((one: { userId: string; subscriptions: unknown }) =>
            one.userId === "app.mira" &&
            JSON.stringify(one.subscriptions).includes('"alerts"')
          ),
      );
      await page.click("button");
      await page.waitForSelector(
        "li:has-text('alert_raised: Director on a sanctions list')",
      );
    } finally {
      await browser.close();
      app.kill("SIGKILL");
      await app.status;
      await app.stdout.cancel();
    }
  },
);

Deno.test(
  "[O4] the plain page hears what is sent, by the cookie of its host",
  BROWSER,
  async () => {
    const page = await Deno.readTextFile(
      new URL("examples/page/index.html", ROOT),
    );
    await using host = Deno.serve({
      port: 0,
      hostname: "127.0.0.1",
      onListen: () => {},
    }, () => new Response(page, { headers: { "content-type": "text/html" } }));
    const origin = `http://127.0.0.1:${host.addr.port}`;
    await using server = await startServer({
      env: { ALLOWED_ORIGINS: origin },
    });
    const browser = await launchBrowser();
    try {
      const tab = await browser.newPage();
      await tab.goto(`${server.url}/login`);
      await tab.fill("#name", "Mira");
      await tab.click("button[type=submit]");
      await tab.waitForSelector("header.top");
      await tab.goto(`${origin}/?server=${encodeURIComponent(server.url)}`);
      await tab.waitForSelector("#state:has-text('live')");
      await tab.fill("input", "Hello from a plain page");
      await tab.click("button");
      await tab.waitForSelector("li:has-text('Hello from a plain page')");
    } finally {
      await browser.close();
    }
  },
);

/** A port that was free a moment ago: the server must know the page's origin before it starts. */
function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}
