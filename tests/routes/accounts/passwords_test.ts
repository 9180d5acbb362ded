/** How passwords are kept and checked. */
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { scryptSync } from "node:crypto";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import { Passwords, SCRYPT } from "../../../routes/accounts/passwords.ts";
import { passwordMistake } from "../../../routes/accounts/sign_in_name.ts";

const CHEAP = { cost: { cost: 16, blockSize: 8, parallelism: 1 } };

Deno.test("[SI11] a password is kept as scrypt with a salt of its own", async () => {
  const passwords = new Passwords(CHEAP);
  const one = await passwords.hash("four words stand here");
  const two = await passwords.hash("four words stand here");
  assertNotEquals(one.salt, two.salt);
  assertNotEquals(one.key, two.key);
  const salt = Buffer.from(one.salt, "base64");
  const options = { N: 16, r: 8, p: 1 };
  const key = scryptSync("four words stand here", salt, 32, options);
  assertEquals(one.key, key.toString("base64"));
});

Deno.test("[SI11] a server's cost is what OWASP asks of scrypt: 2^15, 8, 3", () => {
  assertEquals(SCRYPT, { cost: 32_768, blockSize: 8, parallelism: 3 });
});

Deno.test("[SI11] only the same password passes, however its characters are composed", async () => {
  const passwords = new Passwords(CHEAP);
  const kept = await passwords.hash("caf\u00e9 au lait encore");
  assertEquals(await passwords.verify("cafe\u0301 au lait encore", kept), true);
  assertEquals(await passwords.verify("cafe au lait encore", kept), false);
  assertEquals(await passwords.verify("", kept), false);
});

Deno.test("[SI11] where nothing is kept no password passes", async () => {
  const passwords = new Passwords(CHEAP);
  assertEquals(await passwords.verify("anything at all", undefined), false);
});

Deno.test("[SI11] while many wait the next is told to come back; who waited is served", async () => {
  const passwords = new Passwords(CHEAP);
  const all = Array.from({ length: 34 }, () => passwords.hash("four words"));
  await assertRejects(
    () => passwords.hash("one too many"),
    RealtimeError,
    "too many wait",
  );
  assertEquals((await Promise.all(all)).length, 34);
  assertEquals((await passwords.hash("again")).algorithm, "scrypt");
});

for (
  const [password, mistake] of [
    ["elevenchars", "At least 12 characters"],
    ["x".repeat(257), "At most 256 characters"],
    ["aaaaaaaaaaaaaaa", "Too few different characters"],
    ["ana@bank.example1", "Too close to your name"],
    ["four words stand here", undefined],
  ] as const
) {
  Deno.test(`[SI11] "${password.slice(0, 24)}" as a password: ${mistake ?? "taken"}`, () => {
    assertEquals(passwordMistake(password, "ana@bank.example", ""), mistake);
  });
}
