/** The signature of Standard Webhooks, against the example that its libraries test with. */
import { assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import {
  isSignedBy,
  type SignedWebhook,
  TOLERANCE_MS,
} from "../../routes/webhook_signature.ts";

// https://github.com/standard-webhooks/standard-webhooks, libraries/*/test
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SIGNED: SignedWebhook = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: "1614265330",
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  body: new TextEncoder().encode('{"test": 2432232314}'),
};
const AT = 1_614_265_330_000;

const check = (more: Partial<SignedWebhook>, now = AT, secrets = [SECRET]) =>
  isSignedBy(secrets, { ...SIGNED, ...more }, now);

Deno.test("[AL15] the published example is taken", () => {
  assertEquals(check({}), true);
});

Deno.test("[AL15] one altered byte of id, time, body, signature or secret is refused", () => {
  assertEquals(check({ id: "msg_p5jXN8AQM9LWM0D4loKWxJel" }), false);
  assertEquals(check({ timestamp: "1614265331" }), false);
  for (let n = 0; n < SIGNED.body.length; n++) {
    const body = SIGNED.body.slice();
    body[n] ^= 1;
    assertEquals(check({ body }), false);
  }
  const signature = SIGNED.signature.replace("g0hM", "g0hN");
  assertEquals(check({ signature }), false);
  const other = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"];
  assertEquals(check({}, AT, other), false);
});

Deno.test("[AL15] its time may be five minutes from ours, either way", () => {
  for (const way of [1, -1]) {
    assertEquals(check({}, AT + way * TOLERANCE_MS), true);
    assertEquals(check({}, AT + way * (TOLERANCE_MS + 1)), false);
  }
});

Deno.test("[AL15] one of several signatures and one of several secrets is enough", () => {
  const signature =
    `v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,abc ${SIGNED.signature}`;
  assertEquals(check({ signature }), true);
  const secrets = ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SECRET];
  assertEquals(check({}, AT, secrets), true);
});

Deno.test("[AL15] nothing, garbage, another version or no secret signs nothing", () => {
  for (const signature of ["", "v1,", "v1", "v1,!!!", "v1a,x", " ", ","]) {
    assertEquals(check({ signature }), false, signature);
  }
  const bare = SIGNED.signature.slice("v1,".length);
  assertEquals(check({ signature: bare }), false);
  assertEquals(check({ signature: `v2,${bare}` }), false);
  for (const timestamp of ["", "now", "1614265330.5", "-1", "1e9"]) {
    assertEquals(check({ timestamp }), false, timestamp);
  }
  assertEquals(check({ id: "" }), false);
  assertEquals(check({}, AT, []), false);
});

Deno.test("[AL15] a dot in the id is refused: it could be moved into the time", () => {
  const key = Uint8Array.fromBase64(SECRET.slice("whsec_".length));
  const signature = `v1,${
    createHmac("sha256", key).update("a.1614265330.{}").digest("base64")
  }`;
  const body = new TextEncoder().encode("{}");
  assertEquals(check({ id: "a", signature, body }), true);
  const moved = new TextEncoder().encode("");
  assertEquals(
    check({
      id: "a.1614265330",
      timestamp: "1614265330",
      body: moved,
      signature,
    }),
    false,
  );
});
