/** Bodies that are too much: refused as soon as that is seen, whole or in pieces cut anywhere. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { exceedsDepth, MAX_JSON_DEPTH } from "../../realtime/protocol.ts";
import { DepthCount } from "../../routes/json_depth.ts";
import { fixture, TOKEN } from "./fixture.ts";

const PIECE = 4_096;

Deno.test("[S5] depth counted on pieces cut anywhere is that of the whole text", () => {
  const token = fc.constantFrom("[", "]", "{", "}", '"', "\\", "é", "😀", "a");
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 60 }).map((parts) => parts.join("")),
      fc.integer({ min: 0, max: 6 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
      (text, limit, cuts) => {
        const bytes = new TextEncoder().encode(text);
        const count = new DepthCount(limit);
        let isDeep = false;
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const end = at + cuts[n % cuts.length];
          isDeep ||= count.exceeds(bytes.subarray(at, end));
          at = end;
        }
        assertEquals(isDeep, exceedsDepth(text, limit));
      },
    ),
    { numRuns: 500 },
  );
});

/** A body in pieces, and how many bytes of it were asked for. */
function counted(text: string) {
  const bytes = new TextEncoder().encode(text);
  let asked = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      controller.enqueue(bytes.slice(asked, asked + PIECE));
      asked += PIECE;
      if (asked >= bytes.length) controller.close();
    },
  }, { highWaterMark: 0 });
  return {
    body,
    get asked() {
      return asked;
    },
  };
}

for (const isAnnounced of [true, false]) {
  const words = isAnnounced ? "announced" : "in chunks";
  Deno.test(`[S5] of a body nested without end, ${words}, no more than its beginning is read`, async () => {
    using f = await fixture();
    const text = "[".repeat(1_000_000);
    const sent = counted(text);
    const response = await f.request("/api/v1/tickets", {
      method: "POST",
      body: sent.body,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...isAnnounced && { "content-length": String(text.length) },
      },
    });
    const { code, detail } = await response.json();
    assertEquals([response.status, code], [400, "malformed"]);
    assertEquals(
      detail,
      `Cannot read the body: nested deeper than ${MAX_JSON_DEPTH} levels`,
    );
    assert(sent.asked <= 2 * PIECE, `${sent.asked} bytes were read`);
  });
}

Deno.test("[S5] a large body that is not too deep arrives as it was sent", async () => {
  using f = await fixture();
  const payload = { text: `é😀"[{\\`.repeat(6_000) };
  const text = JSON.stringify({ payload });
  assert(text.length > 32 * 1024);
  for (const isAnnounced of [true, false]) {
    const response = await f.request("/api/v1/channels/topic:a/publications", {
      method: "POST",
      body: counted(text).body,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        "idempotency-key": `k${isAnnounced}`,
        ...isAnnounced && {
          "content-length": String(new TextEncoder().encode(text).length),
        },
      },
    });
    // Over what a message may hold, but read and understood.
    const { detail } = await response.json();
    assertEquals([response.status, detail], [
      422,
      `Cannot publish: at most 65536 bytes, got ${
        new TextEncoder().encode(JSON.stringify(payload)).length
      }`,
    ]);
  }
});

Deno.test("[S5] a form may hold as many brackets as it likes", async () => {
  using f = await fixture();
  const response = await f.request("/login", {
    method: "POST",
    body: new URLSearchParams({
      name: "Ana",
      role: "member",
      rest: "[".repeat(40_000),
    }),
    headers: { "sec-fetch-site": "same-origin" },
  });
  assertEquals(response.status, 303);
});
