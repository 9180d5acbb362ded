/** Patterns of keys: `*` stands for any text, and nothing else for anything but itself. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createGlob } from "../../routes/glob.ts";

Deno.test("[RC6] a pattern fits whole keys; only * stands for others", () => {
  const fits = createGlob("rule:large-cash@*");
  assertEquals(fits("rule:large-cash@3:abc"), true);
  assertEquals(fits("rule:large-cash-b@3:abc"), false);
  assertEquals(fits("a rule:large-cash@3"), false);
  assertEquals(createGlob("a.c")("abc"), false);
  assertEquals(createGlob("a.c")("a.c"), true);
  assertEquals(createGlob("*")(""), true);
  assertEquals(createGlob("a*a")("a"), false);
  assertEquals(createGlob("*ab*ab*")("ab"), false);
});

Deno.test("[RC6] a pattern fits what the same regular expression fits", () => {
  // Few letters, so that pieces overlap and repeat.
  const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
  const patterns = fc.string({
    unit: fc.constantFrom("a", "b", "*"),
    maxLength: 8,
  });
  fc.assert(
    fc.property(patterns, letters, (pattern, name) => {
      const same = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
      assertEquals(createGlob(pattern)(name), same.test(name));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("[RC6] a name that nearly fits at every place costs one look per character", () => {
  let looks = 0;
  const name = new Proxy(Object("a".repeat(10_000)), {
    get: (target, key) => {
      if (typeof key === "string" && /^\d+$/.test(key)) looks++;
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  assertEquals(createGlob(`*${"a".repeat(250)}b*`)(name), false);
  // Each is looked at again only where what was found so far is given up: twice, all in all,
  // and once more for each comparison.
  assertEquals(looks <= 40_000, true);
});
