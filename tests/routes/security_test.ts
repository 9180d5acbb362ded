/** The guards: forged requests, headers of every answer, the size of bodies. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { fixture, ORIGIN, TOKEN } from "./fixture.ts";

const MEMBER = { name: "Ana", role: "member" } as const;

/** Status of a POST with our cookie and these headers. */
async function postWithCookie(
  headers: Record<string, string>,
  options: Parameters<typeof fixture>[0] = {},
): Promise<number> {
  using f = await fixture(options);
  const { cookie } = f.signIns.open(MEMBER);
  const name = headers.host ? "__Host-regulens" : "regulens";
  const response = await f.request("/api/v1/tickets", {
    method: "POST",
    headers: { cookie: `${name}=${cookie}`, ...headers },
  });
  return response.status;
}

for (
  const [headers, status] of [
    [{ "sec-fetch-site": "same-origin" }, 201],
    [{ "sec-fetch-site": "none" }, 201],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "cross-site", origin: ORIGIN }, 403],
    [{ origin: ORIGIN }, 201],
    [{ origin: "https://localhost:8000" }, 201],
    [{ origin: "http://localhost:8001" }, 403],
    [{ origin: "http://localhost" }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{ origin: "http://localhost.evil.example:8000" }, 403],
    [{ origin: "null" }, 403],
    [{ referer: `${ORIGIN}/sessions/1` }, 201],
    [{ referer: "http://evil.example/localhost:8000" }, 403],
    [{ origin: "null", referer: `${ORIGIN}/` }, 403],
    // No browser leaves out all three, and only browsers can be made to send a cookie.
    [{}, 201],
  ] as [Record<string, string>, number][]
) {
  Deno.test(`[P2] a POST with our cookie and ${JSON.stringify(headers)} is ${status}`, async () => {
    assertEquals(await postWithCookie(headers), status);
  });
}

Deno.test("[P2] a listed origin may post with our cookie", async () => {
  const allowed = ["https://app.example"];
  const headers = {
    origin: "https://app.example",
    "sec-fetch-site": "cross-site",
  };
  assertEquals(await postWithCookie(headers, { allowed }), 201);
  assertEquals(await postWithCookie(headers), 403);
});

Deno.test("[P2] a page of our other port may post with our cookie", async () => {
  const ports = [8000, 8001];
  const headers = { origin: "http://localhost:8001" };
  assertEquals(await postWithCookie(headers, { ports }), 201);
});

Deno.test("[P2] behind a proxy the forwarded host is our own", async () => {
  const headers = {
    host: "app.example",
    "x-forwarded-host": "app.example",
    "x-forwarded-proto": "https",
    origin: "https://app.example",
  };
  assertEquals(await postWithCookie(headers, { trustProxy: true }), 201);
  assertEquals(
    await postWithCookie({ ...headers, "x-forwarded-host": "b.example" }, {
      trustProxy: true,
    }),
    403,
  );
});

Deno.test("[P2] a bearer token needs no origin, whatever site it comes from", async () => {
  using f = await fixture();
  const response = await f.call("POST", "/api/v1/tickets", {}, {
    "sec-fetch-site": "cross-site",
    origin: "http://evil.example",
  });
  assertEquals(response.status, 201);
});

Deno.test("[P2] a wrong bearer token does not excuse a forged request", async () => {
  const headers = {
    authorization: `Bearer ${TOKEN}x`,
    origin: "http://evil.example",
  };
  assertEquals(await postWithCookie(headers), 403);
});

Deno.test("[P2] a GET with our cookie needs no origin", async () => {
  using f = await fixture();
  const { cookie } = f.signIns.open(MEMBER);
  const response = await f.request("/api/v1/me", {
    headers: {
      cookie: `regulens=${cookie}`,
      "sec-fetch-site": "cross-site",
    },
  });
  assertEquals(response.status, 200);
});

for (
  const headers of [
    { "sec-fetch-site": "cross-site" },
    { origin: "http://evil.example" },
    { referer: "http://evil.example/" },
  ] as Record<string, string>[]
) {
  Deno.test(`[P2] nobody is signed in or out from another site: ${JSON.stringify(headers)}`, async () => {
    using f = await fixture();
    const { cookie } = f.signIns.open(MEMBER);
    const signIn = await f.request("/login", {
      method: "POST",
      headers,
      body: new URLSearchParams({ name: "Eve", role: "member" }),
    });
    assertEquals(signIn.status, 403);
    assertEquals(signIn.headers.get("set-cookie"), null);
    const signOut = await f.request("/logout", {
      method: "POST",
      headers: { cookie: `regulens=${cookie}`, ...headers },
    });
    assertEquals(signOut.status, 403);
    assertEquals(f.signIns.verify(cookie)?.userId, "ana");
  });
}

Deno.test("[P2] every answer carries the guards, a refusal too", async () => {
  using f = await fixture();
  for (const path of ["/healthz", "/api/v1/me", "/no/such/page"]) {
    const { headers } = await f.request(path);
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("referrer-policy"), "same-origin");
    assertEquals(headers.get("cross-origin-opener-policy"), "same-origin");
    assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
    assertEquals(headers.get("strict-transport-security"), null);
    const nonce = /'nonce-([^']{24})'/.exec(
      headers.get("content-security-policy")!,
    )![1];
    assertEquals(
      headers.get("content-security-policy"),
      [
        "default-src 'none'",
        `script-src 'self' 'nonce-${nonce}'`,
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "manifest-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
      ].join("; "),
    );
  }
});

Deno.test("[P2] the nonce is another in every answer", async () => {
  using f = await fixture();
  const policy = async () =>
    (await f.request("/healthz")).headers.get("content-security-policy");
  assertNotEquals(await policy(), await policy());
});

Deno.test("[P2] the policy admits sockets of the second port", async () => {
  using f = await fixture({ ports: [8000, 8001] });
  const { headers } = await f.request("/healthz");
  const policy = headers.get("content-security-policy")!;
  assertEquals(
    policy.includes("connect-src 'self' ws://localhost:8001;"),
    true,
  );
});

/** A body of so many bytes that does not say its length. */
function chunked(bytes: number): RequestInit & { duplex: "half" } {
  let left = bytes;
  return {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    duplex: "half",
    body: new ReadableStream({
      pull(controller) {
        const size = Math.min(left, 64 * 1024);
        left -= size;
        if (size > 0) controller.enqueue(new Uint8Array(size).fill(0x20));
        else controller.close();
      },
    }),
  };
}

Deno.test("[P4] a body over 1 MiB is 413, announced or not", async () => {
  using f = await fixture();
  const announced = await f.request("/api/v1/broadcast", {
    method: "POST",
    headers: {
      authorization: `Bearer ${TOKEN}`,
      "content-length": String(1024 * 1024 + 1),
    },
    body: new Uint8Array(1024 * 1024 + 1),
  });
  assertEquals(announced.status, 413);
  assertEquals((await announced.json()).title, "Content Too Large");
  const unannounced = await f.request(
    "/api/v1/broadcast",
    chunked(1024 * 1024 + 1),
  );
  assertEquals(unannounced.status, 413);
});

Deno.test("[P4] a body of 1 MiB is read", async () => {
  using f = await fixture();
  const response = await f.request("/api/v1/broadcast", chunked(1024 * 1024));
  // Blanks only: read whole, and found not to be JSON.
  assertEquals(response.status, 400);
});
