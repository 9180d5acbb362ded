import { assertEquals } from "@std/assert";
import { isProperJson } from "../../realtime/json.ts";

Deno.test("[P5] JSON with one text is proper, whatever its keys", () => {
  for (
    const text of [
      "null",
      "-0",
      '"\\ud83d\\ude00"',
      '{"__proto__":{"constructor":[1,true,"é"]}}',
    ]
  ) assertEquals(isProperJson(JSON.parse(text)), true, text);
});

Deno.test("[P5] infinite numbers and lone surrogates are not, at any depth", () => {
  for (
    const text of [
      "1e999",
      '"\\ud800"',
      '[{"a":[-1e999]}]',
      '{"\\udc00":1}',
      '{"__proto__":"\\ud800"}',
    ]
  ) assertEquals(isProperJson(JSON.parse(text)), false, text);
  assertEquals(isProperJson(undefined), false);
});
