/** Other people's pages and made-up headers: CSRF on every mutation, CSWSH, Host, X-Forwarded-*, CRLF. */
import { assert, assertEquals } from "@std/assert";
import { handshake } from "../support/raw_websocket.ts";
import { openHouse, TOKEN } from "./house.ts";

const EVIL = "https://evil.example";

Deno.test("[S4] another site's page changes nothing through any operation of the API", async () => {
  await using house = await openHouse();
  const { url } = house.server;
  const document = await fetch(`${url}/api/v1/openapi.json`);
  const { paths } = await document.json();
  const passed: string[] = [];
  let tried = 0;
  for (const [path, operations] of Object.entries(paths)) {
    for (const method of Object.keys(Object(operations))) {
      if (method === "get") continue;
      tried++;
      const response = await fetch(url + path.replace(/\{\w+\}/g, "x"), {
        method: method.toUpperCase(),
        headers: {
          Cookie: house.cookies.admin,
          Origin: EVIL,
          "Sec-Fetch-Site": "cross-site",
          // What a form of another site can send without being asked first.
          "Content-Type": "text/plain",
        },
        body: "{}",
      });
      const text = await response.text();
      if (response.status !== 403 || !text.includes("cross_site")) {
        passed.push(`${method} ${path}: ${response.status}`);
      }
    }
  }
  assert(tried > 50, `the document has operations, got ${tried}`);
  assertEquals(passed, []);
});

Deno.test("[S4] another site's page sends none of our forms, known or not, by any of three signs", async () => {
  await using house = await openHouse();
  const forms = [
    "/login",
    "/logout",
    "/sessions",
    "/sessions/x/messages",
    "/sessions/x/polls",
    "/sessions/x/polls/x/ballots",
    "/decisions/new",
    "/decisions/x/close",
    "/rules/x/publish",
    "/alerts",
    "/alerts/views",
    "/inbox",
    "/jobs",
    "/jobs/x",
    "/learning/said",
    "/learning/propose",
    "/audit/verify",
    "/audit/keeping",
    "/ops/cache",
    "/demo/load",
    "/demo/remove",
    "/account/password",
    "/of/the/future",
  ];
  const signs: readonly Record<string, string>[] = [
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { Origin: EVIL },
    { Origin: "null" },
    { Referer: `${EVIL}/page` },
  ];
  for (const path of forms) {
    for (const sign of signs) {
      const response = await fetch(house.server.url + path, {
        method: "POST",
        headers: { Cookie: house.cookies.admin, ...sign },
        body: new URLSearchParams({ name: "Mallory", role: "admin" }),
        redirect: "manual",
      });
      await response.body?.cancel();
      assertEquals(response.status, 403, `${path} ${JSON.stringify(sign)}`);
    }
  }
});

Deno.test("[S4] another site's page opens no connection with our cookie, on either transport", async () => {
  await using house = await openHouse();
  const port = Number(new URL(house.server.url).port);
  const { status } = await handshake(port, {
    headers: { Cookie: house.cookies.admin, Origin: EVIL },
  });
  assertEquals(status, 403);
  const stream = await fetch(`${house.server.url}/sse`, {
    headers: { Cookie: house.cookies.admin, Origin: EVIL },
  });
  await stream.body?.cancel();
  assertEquals(stream.status, 403);
});

/** One request by hand; the whole answer as text. */
async function raw(port: number, lines: readonly string[]): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = [...lines, "Connection: close", "", ""].join("\r\n");
  await conn.write(new TextEncoder().encode(head));
  return await new Response(conn.readable).text();
}

Deno.test("[S4] what stands in Host or X-Forwarded-* is never believed, nor repeated", async () => {
  await using house = await openHouse();
  const port = Number(new URL(house.server.url).port);
  const mark = "evil-mark.example";
  for (
    const headers of [
      [`Host: ${mark}`],
      [`Host: ${mark}; script-src *`],
      [`Host: "><script>${mark}</script>`],
      ["Host: 127.0.0.1", `Host: ${mark}`],
      ["Host: 127.0.0.1", `X-Forwarded-Host: ${mark}`],
      ["Host: 127.0.0.1", `X-Forwarded-For: ${mark}`],
      ["Host: 127.0.0.1", "X-Forwarded-Proto: https", `Forwarded: ${mark}`],
      ["Host: 127.0.0.1", `X-Original-URL: /${mark}`],
    ]
  ) {
    for (const path of ["/", "/login", "/sessions"]) {
      const answer = await raw(port, [`GET ${path} HTTP/1.1`, ...headers]);
      assert(answer.startsWith("HTTP/1.1 "), headers.join());
      assert(!answer.startsWith("HTTP/1.1 5"), answer.slice(0, 200));
      assert(!answer.includes(mark), `${path} ${headers.join()} is repeated`);
      // Only TLS that was seen, not said, is promised for a year.
      assert(!answer.toLowerCase().includes("strict-transport-security"));
    }
  }
});

Deno.test("[S4] a line break in an address or a form becomes no header of the answer", async () => {
  await using house = await openHouse();
  const injected = "x\r\nSet-Cookie: planted=1\r\nX-Planted: 1";
  const encoded = encodeURIComponent(injected);
  for (
    const path of [`/${encoded}`, `/login?next=${encoded}`, `/?${encoded}`]
  ) {
    const response = await fetch(house.server.url + path, {
      redirect: "manual",
    });
    await response.body?.cancel();
    assertEquals(response.headers.get("x-planted"), null, path);
    assertEquals(
      response.headers.getSetCookie().join().includes("planted"),
      false,
    );
  }
  const signedIn = await fetch(`${house.server.url}/login`, {
    method: "POST",
    headers: { Origin: house.server.url, "Sec-Fetch-Site": "same-origin" },
    body: new URLSearchParams({ name: injected, role: "member" }),
    redirect: "manual",
  });
  await signedIn.body?.cancel();
  assertEquals(signedIn.headers.get("x-planted"), null);
});

Deno.test("[S4] where a sign-in leads is a page of ours, whatever it is asked for", async () => {
  await using house = await openHouse();
  for (
    const next of [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example",
      "javascript:alert(1)",
      "\t//evil.example",
    ]
  ) {
    const response = await fetch(
      `${house.server.url}/login?next=${encodeURIComponent(next)}`,
      {
        method: "POST",
        headers: { Origin: house.server.url, "Sec-Fetch-Site": "same-origin" },
        body: new URLSearchParams({ name: "Ana", role: "member", next }),
        redirect: "manual",
      },
    );
    await response.body?.cancel();
    const location = response.headers.get("location") ?? "/";
    const { origin } = new URL(location, house.server.url);
    assertEquals(origin, house.server.url, next);
  }
});

Deno.test("[S4] a token in an address or a cookie is no credential", async () => {
  await using house = await openHouse();
  for (
    const [path, headers] of [
      [`/api/v1/me?token=${TOKEN}`, {}],
      [`/api/v1/me?access_token=${TOKEN}`, {}],
      ["/api/v1/me", { Cookie: `regulens=${TOKEN}` }],
      ["/api/v1/me", { "X-Api-Key": TOKEN }],
      ["/api/v1/me", { Authorization: `Basic ${btoa(`service:${TOKEN}`)}` }],
    ] as const
  ) {
    const response = await fetch(house.server.url + path, { headers });
    await response.body?.cancel();
    assertEquals(response.status, 401, path);
  }
});
