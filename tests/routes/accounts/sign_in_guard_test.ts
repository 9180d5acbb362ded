/** What slows guessers down: by name, by name and address, by address. */
import { assertEquals } from "@std/assert";
import type { SignInLock } from "../../../domain/accounts/account.ts";
import { MemoryExchange } from "../../../realtime/nodes/memory_bus.ts";
import {
  BURST,
  EACH_MS,
  FIRST_WAIT_MS,
  FREE_TRIES,
  FREE_TRIES_OF_NAME,
  LONGEST_WAIT_MS,
  SignInGuard,
} from "../../../routes/accounts/sign_in_guard.ts";

function guardAt(start = 1_000_000) {
  const clock = { now: start };
  const guard = new SignInGuard({ now: () => clock.now, lockOf: () => null });
  return { clock, guard };
}

Deno.test("[SI3] waits double up to 15 minutes and stay there", () => {
  const { clock, guard } = guardAt();
  const waits = [];
  for (let i = 0; i < 14; i++) {
    guard.tried("ana", "192.0.2.1");
    const waitMs = guard.waitMs("ana", "192.0.2.1");
    if (waitMs > 0) waits.push(waitMs);
    clock.now += waitMs;
  }
  assertEquals(waits.slice(0, 4), [1, 2, 4, 8].map((n) => n * FIRST_WAIT_MS));
  assertEquals(waits.at(-1), LONGEST_WAIT_MS);
});

Deno.test("[SI3] tries that are under way count: many at once get no more than one by one", () => {
  const { guard } = guardAt();
  let letIn = 0;
  for (let i = 0; i < 50; i++) {
    if (guard.waitMs("ana", "192.0.2.1") > 0) continue;
    guard.tried("ana", "192.0.2.1");
    letIn++;
  }
  assertEquals(letIn, FREE_TRIES);
});

Deno.test("[SI3] the right password clears what was held against name and address", () => {
  const { guard } = guardAt();
  for (let i = 0; i < FREE_TRIES - 1; i++) guard.tried("ana", "192.0.2.1");
  guard.succeeded("ana", "192.0.2.1");
  for (let i = 0; i < FREE_TRIES - 1; i++) guard.tried("ana", "192.0.2.1");
  assertEquals(guard.waitMs("ana", "192.0.2.1"), 0);
});

Deno.test("[SI3] wrong tries are forgotten after a day without any", () => {
  const { clock, guard } = guardAt();
  for (let i = 0; i < FREE_TRIES_OF_NAME - 1; i++) {
    guard.tried("ana", `192.0.2.${i}`);
  }
  clock.now += 24 * 60 * 60_000;
  assertEquals(guard.tried("ana", "198.51.100.1"), undefined);
});

for (
  const [one, other, isSame] of [
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
    ["2001:db8:1:2::1", "2001:0DB8:1:2::7", true],
    ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
    ["::ffff:192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
  ] as const
) {
  Deno.test(`[SI3] ${one} and ${other} count as ${isSame ? "one" : "two"}`, () => {
    const { guard } = guardAt();
    for (let i = 0; i < FREE_TRIES; i++) guard.tried("ana", one);
    assertEquals(guard.waitMs("ana", other) > 0, isSame);
  });
}

Deno.test("[SI4] ten thousand addresses are remembered: of one more, the oldest is forgotten", () => {
  const { guard } = guardAt();
  const address = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
  for (let i = 0; i < 20; i++) guard.posted(address(0));
  for (let i = 0; i < 20; i++) guard.posted("192.0.2.1");
  assertEquals(guard.posted(address(0)) > 0, true);
  for (let i = 1; i <= 10_000; i++) guard.posted(address(i));
  assertEquals(guard.posted(address(0)), 0);
});

/** Two nodes that tell each other what was tried. */
function twoGuards(lock: SignInLock | null = null) {
  const clock = { now: 1_000_000 };
  const exchange = new MemoryExchange();
  const heard: string[] = [];
  exchange.join("c").subscribe(
    "sign_ins.guard",
    (body) => heard.push(JSON.stringify(body)),
  );
  const [a, b] = ["a", "b"].map((node) =>
    new SignInGuard({
      now: () => clock.now,
      lockOf: () => lock,
      secret: "a secret for tests, of at least 32 bytes",
      bus: exchange.join(node),
    })
  );
  return { a, b, clock, heard };
}

/** Lets what is on the bus arrive: a delivery takes a microtask. */
async function delivered(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

Deno.test("[SI3] a guesser gains nothing by going from node to node", async () => {
  const { a, b } = twoGuards();
  let letIn = 0;
  for (let i = 0; i < 20; i++) {
    const guard = i % 2 === 0 ? a : b;
    if (guard.waitMs("ana", "192.0.2.1") > 0) continue;
    guard.tried("ana", "192.0.2.1");
    letIn++;
    await delivered();
  }
  assertEquals(letIn, FREE_TRIES);
});

Deno.test("[SI3] the right password at one node clears what another held", async () => {
  const { a, b } = twoGuards();
  for (let i = 0; i < FREE_TRIES; i++) a.tried("ana", "192.0.2.1");
  await delivered();
  assertEquals(b.waitMs("ana", "192.0.2.1"), FIRST_WAIT_MS);
  a.succeeded("ana", "192.0.2.1");
  await delivered();
  assertEquals(b.waitMs("ana", "192.0.2.1"), 0);
});

Deno.test("[SI3] posts of one address count over nodes", async () => {
  const { a, b } = twoGuards();
  for (let i = 0; i < BURST; i++) assertEquals(a.posted("192.0.2.1"), 0);
  await delivered();
  assertEquals(b.posted("192.0.2.1"), EACH_MS);
  assertEquals(b.posted("192.0.2.2"), 0);
});

Deno.test("[SI3] a lock that another node has noted counts beside a try that was heard of", async () => {
  const { a, b, clock } = twoGuards({ failures: 22, until: 1_060_000 });
  a.tried("ana", "192.0.2.1");
  await delivered();
  assertEquals(b.waitMs("ana", "198.51.100.1"), 60_000);
  clock.now += 60_000;
  assertEquals(b.waitMs("ana", "198.51.100.1"), 0);
});

Deno.test("[SI3] other nodes are told no name and no address, and no more than 100 tries a second", async () => {
  const { a, heard } = twoGuards();
  for (let i = 0; i < 150; i++) a.tried(`my secret ${i}`, "192.0.2.77");
  await delivered();
  assertEquals(heard.length, 100);
  assertEquals(heard.filter((text) => /my secret|192\.0/.test(text)), []);
});
