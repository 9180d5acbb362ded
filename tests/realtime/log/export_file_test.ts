/** `deno task verify FILE`: an export on disk, checked by the program that users run. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { publicKeyOf } from "../../../realtime/log/checkpoint.ts";
import {
  checkpointsOf,
  KEY,
  linesOf,
  otherKey,
  recordsOf,
  sourceOf,
} from "./exports.ts";

async function verify(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-P=verify", "verify.ts", ...args],
    cwd: new URL("../../../", import.meta.url),
  }).output();
  const text = new TextDecoder();
  return { code, text: text.decode(stdout) + text.decode(stderr) };
}

async function withFile(
  text: string,
  test: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, text);
    await test(path);
  } finally {
    await Deno.remove(path);
  }
}

const records = recordsOf(["one", "two", "three"], { erased: [2] });
const WHOLE = (await linesOf(sourceOf(records, checkpointsOf(records, [3]))))
  .join("");

Deno.test("[A2] the program says that a file verifies, what it covers, and which key sealed it", async () => {
  await withFile(WHOLE, async (path) => {
    const { code, text } = await verify(path);
    assertEquals(code, 0, text);
    assertStringIncludes(text, `ok: the export ${path} verifies`);
    assertStringIncludes(text, "session:1, exported at 2026-01-02T03:04:05");
    assertStringIncludes(
      text,
      "4 entries checked, 1 of them without their body",
    );
    assertStringIncludes(text, "1 checkpoint of the log signs for it");
    assertStringIncludes(text, publicKeyOf(KEY));
  });
});

Deno.test("[A3] the program names the entry that was altered, and ends with 1", async () => {
  await withFile(WHOLE.replace('"three"', '"tree"'), async (path) => {
    const { code, text } = await verify(path);
    assertEquals(code, 1);
    assertMatch(text, /^bad: altered_body at offset 3, line \d+ of /);
  });
});

Deno.test("[A3] the program trusts only the key it was given", async () => {
  await withFile(WHOLE, async (path) => {
    assertEquals((await verify(path, publicKeyOf(KEY))).code, 0);
    const { code, text } = await verify(path, publicKeyOf(otherKey()));
    assertEquals(code, 1);
    assertStringIncludes(text, "bad: strange_key");
  });
});
