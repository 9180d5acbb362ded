/** Files: what may be kept for ever, what is checked each time, and what is no file of ours. */
import { assertEquals } from "@std/assert";
import { staticRoutes } from "../../../routes/pages/static.ts";

async function withFolder(
  run: (
    get: (path: string, headers?: HeadersInit) => Promise<Response>,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/static/built`, { recursive: true });
    await Deno.writeTextFile(`${folder}/static/icon.svg`, "<svg/>");
    await Deno.writeTextFile(`${folder}/static/built/boot-1.js`, "1");
    await Deno.writeTextFile(`${folder}/secret.js`, "secret");
    await Deno.writeTextFile(`${folder}/static/notes.txt`, "no type of ours");
    const app = staticRoutes(new URL(`file://${folder}/static/`));
    await run(async (path, headers) => await app.request(path, { headers }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a built file is kept for ever, a named one is checked each time", () =>
  withFolder(async (get) => {
    const built = await get("/static/built/boot-1.js");
    assertEquals(await built.text(), "1");
    assertEquals(
      built.headers.get("content-type"),
      "text/javascript; charset=utf-8",
    );
    assertEquals(
      built.headers.get("cache-control"),
      "public, max-age=31536000, immutable",
    );
    const icon = await get("/static/icon.svg");
    await icon.text();
    assertEquals(icon.headers.get("cache-control"), "no-cache");
    assertEquals(icon.headers.get("content-type"), "image/svg+xml");
  }));

Deno.test("a file that has not changed is not sent again, also behind a compressing server", () =>
  withFolder(async (get) => {
    const etag = (await get("/static/icon.svg")).headers.get("etag") ?? "";
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const answer = await get("/static/icon.svg", { "if-none-match": tag });
      assertEquals([answer.status, await answer.text()], [304, ""]);
    }
    const other = await get("/static/icon.svg", { "if-none-match": '"other"' });
    assertEquals([other.status, await other.text()], [200, "<svg/>"]);
  }));

Deno.test("a file goes out compressed to whoever takes gzip, and as it is to others", () =>
  withFolder(async (get) => {
    const path = "/static/built/boot-1.js";
    for (
      const [accepted, encoding] of [
        ["gzip, deflate, br", "gzip"],
        ["br;q=1, gzip;q=0.5", "gzip"],
        ["gzip;q=0", null],
        ["identity", null],
      ] as const
    ) {
      const answer = await get(path, { "accept-encoding": accepted });
      assertEquals(answer.headers.get("content-encoding"), encoding, accepted);
      assertEquals(answer.headers.get("vary"), "Accept-Encoding");
      const body = encoding === null ? answer : new Response(
        answer.body?.pipeThrough(new DecompressionStream("gzip")),
      );
      assertEquals(await body.text(), "1");
    }
  }));

for (
  const path of [
    "/static/../secret.js",
    "/static/%2e%2e%2fsecret.js",
    "/static/built/..%2f..%2fsecret.js",
    "/static/..%5csecret.js",
    "/static/.hidden.js",
    "/static/missing.js",
    "/static/notes.txt",
    "/static/built",
    "/static/",
  ]
) {
  Deno.test(`${path} is no file of ours`, () =>
    withFolder(async (get) => {
      const answer = await get(path);
      assertEquals(answer.status, 404);
      await answer.text();
    }));
}

Deno.test("[O4] the client has a name that stays, for pages of any origin, and is checked by its ETag", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/built`);
    await Deno.writeTextFile(`${folder}/built/sdk.js`, "export {}");
    const app = staticRoutes(new URL(`file://${folder}/`));
    const first = await app.request("/static/sdk.js");
    assertEquals(await first.text(), "export {}");
    const { headers } = first;
    assertEquals([
      headers.get("access-control-allow-origin"),
      headers.get("cross-origin-resource-policy"),
      headers.get("cache-control"),
    ], ["*", "cross-origin", "no-cache"]);
    const again = await app.request("/static/sdk.js", {
      headers: { "if-none-match": headers.get("etag") ?? "" },
    });
    assertEquals([again.status, await again.text()], [304, ""]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
