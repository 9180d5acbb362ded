/** The memory of results: bounded, worked out once, forgotten when told to. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ResultCache } from "../../routes/result_cache.ts";

const text = { sizeOf: (value: string) => value.length };

function asked(key: string) {
  return { key, about: `About ${key}` };
}

Deno.test("[RC4] equal requests in flight share one computation, with its time", async () => {
  const clock = { now: 1_000 };
  const cache = new ResultCache({ now: () => clock.now });
  const kind = cache.kind("text", text);
  const gate = Promise.withResolvers<string>();
  let made = 0;
  const make = () => {
    made++;
    return gate.promise;
  };
  const both = [kind.once(asked("a"), make), kind.once(asked("a"), make)];
  clock.now = 2_000;
  gate.resolve("value");
  const value = "value";
  assertEquals(await Promise.all(both), [
    { value, computedAt: 2_000, cached: false },
    { value, computedAt: 2_000, cached: true },
  ]);
  clock.now = 3_000;
  assertEquals(await kind.once(asked("a"), make), {
    value,
    computedAt: 2_000,
    cached: true,
  });
  assertEquals(made, 1);
  const { misses, shared, hits, hitRate } = cache.statistics();
  assertEquals([misses, shared, hits, hitRate], [1, 1, 1, 2 / 3]);
});

Deno.test("[RC4] a failure is told to all who wait, and not kept", async () => {
  const kind = new ResultCache().kind("text", text);
  const gate = Promise.withResolvers<string>();
  const both = [1, 2].map(() => kind.once(asked("a"), () => gate.promise));
  gate.reject(new Error("the worker is gone"));
  for (const one of both) {
    await assertRejects(() => one, Error, "the worker is gone");
  }
  const again = await kind.once(asked("a"), () => "value");
  assertEquals([again.value, again.cached], ["value", false]);
});

Deno.test("[RC4] what is not to last is for nobody else", async () => {
  const cache = new ResultCache();
  const kind = cache.kind("text", text);
  const gate = Promise.withResolvers<void>();
  const work = kind.work([asked("a"), asked("b")], async () => {
    await gate.promise;
    return [{ value: "one", lasts: false }, { value: "two", lasts: true }];
  });
  const waiting = [kind.find("a"), kind.find("b")];
  gate.resolve();
  await work;
  const [a, b] = await Promise.all(waiting);
  assertEquals([a, b?.value], [undefined, "two"]);
  assertEquals(kind.find("a"), undefined);
  assertEquals(cache.statistics().entries, 1);
});

Deno.test("[RC3] the least lately used is given up, and only as many as there must be", async () => {
  const cache = new ResultCache({ maxEntries: 3 });
  const kind = cache.kind("text", text);
  for (const key of ["a", "b", "c", "a", "d"]) {
    await kind.once(asked(key), () => key);
  }
  assertEquals([...cache.entries()].map(({ key }) => key), ["d", "a", "c"]);
  assertEquals(kind.find("b"), undefined);
  assertEquals(cache.statistics().evictions, 1);
});

Deno.test("[RC3] bytes are bounded, and one result takes no more than a quarter", async () => {
  const cache = new ResultCache({ maxBytes: 10_000 });
  const kind = cache.kind("text", text);
  for (let n = 0; n < 50; n++) {
    await kind.once(asked(`${n}`), () => "x".repeat(700));
    assert(cache.statistics().bytes <= 10_000);
  }
  assertEquals(cache.statistics().entries, 10);
  const large = await kind.once(asked("large"), () => "x".repeat(2_300));
  assertEquals(large.value.length, 2_300);
  assertEquals(kind.find("large"), undefined);
  assertEquals(cache.statistics().entries, 10);
});

Deno.test("[RC6] one is forgotten by its key, others by a pattern, whatever their kind", async () => {
  const told: string[] = [];
  const cache = new ResultCache();
  const one = cache.kind("one", {
    ...text,
    forgotten: () => void told.push("one"),
  });
  const two = cache.kind("two", {
    ...text,
    forgotten: () => void told.push("two"),
  });
  for (const key of ["one:a", "one:b"]) await one.once(asked(key), () => key);
  for (const key of ["two:a", "two:b"]) await two.once(asked(key), () => key);
  assertEquals(cache.forget("one:a"), true);
  assertEquals(cache.forget("one:a"), false);
  assertEquals(one.find("one:a"), undefined);
  assertEquals(cache.forgetMatching((key) => key.endsWith("b")), 2);
  assertEquals([...cache.entries()].map(({ key }) => key), ["two:a"]);
  assertEquals(told, ["one", "two", "one"]);
  assertEquals(cache.statistics().evictions, 0);
});

Deno.test("[RC6] what is forgotten on its way is answered, but not kept", async () => {
  const cache = new ResultCache();
  const kind = cache.kind("text", text);
  const gates = [1, 2].map(() => Promise.withResolvers<string>());
  const first = kind.once(asked("a"), () => gates[0].promise);
  cache.forgetMatching(() => true);
  // Asked after that: worked out anew, and not with what was forgotten.
  const second = kind.once(asked("a"), () => gates[1].promise);
  gates[0].resolve("before");
  assertEquals((await first).value, "before");
  assertEquals(cache.statistics().entries, 0);
  const third = kind.once(asked("a"), () => "not asked for");
  gates[1].resolve("after");
  assertEquals((await second).value, "after");
  assertEquals((await third).value, "after");
});

Deno.test("[RC3] an entry tells what it is of, how large, how often and when it was used", async () => {
  const clock = { now: 10 };
  const cache = new ResultCache({ now: () => clock.now });
  const kind = cache.kind("text", text);
  await kind.once(asked("a"), () => "value");
  clock.now = 20;
  await kind.once(asked("a"), () => "value");
  assertEquals([...cache.entries()], [{
    key: "a",
    kind: "text",
    about: "About a",
    bytes: 305,
    hits: 1,
    computedAt: 10,
    lastUsedAt: 20,
  }]);
});
