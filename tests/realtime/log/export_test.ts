/** Exports: what is in the file, that it verifies, and that no change to it stays hidden. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import type { Json } from "../../../realtime/json.ts";
import { publicKeyOf, signText } from "../../../realtime/log/checkpoint.ts";
import { readEntry, readSeal } from "../../../realtime/log/export_reading.ts";
import { sealedText, sealLine } from "../../../realtime/log/export_format.ts";
import type { ExportBadReason } from "../../../realtime/log/verify_export.ts";
import { hashLeaf, verifyInclusion } from "../../../realtime/log/merkle.ts";
import { createHash } from "node:crypto";
import {
  CHANNEL,
  checkpointsOf,
  KEY,
  linesOf,
  otherKey,
  recordsOf,
  sourceOf,
  verifyBytes,
  verifyText,
} from "./exports.ts";

const BODIES: readonly Json[] = Array.from({ length: 12 }, (_, i) => ({
  event: "said",
  text: `Line ${i}, "quoted", ü, \u{1F600}`,
  figures: [i, i / 3, -0.5e-9],
  nested: { a: null, b: [true, { __proto: i }] },
}));

/** 12 entries, 5 and 9 erased by 13 and 14, two checkpoints, with actors. */
function wholeLines(): Promise<string[]> {
  const records = recordsOf(BODIES, { erased: [5, 9] });
  const source = sourceOf(records, checkpointsOf(records, [4, 13]));
  return linesOf(source, { actors: true });
}

const WHOLE = await wholeLines();
/** Index of the line of the entry at offset 1. */
const FIRST = WHOLE.indexOf('"entries":[\n') + 1;

async function firstBad(lines: readonly string[], trustedKey?: string) {
  const { ok, firstBad } = await verifyText(lines.join(""), trustedKey);
  assertEquals(ok, firstBad === undefined);
  return firstBad && { offset: firstBad.offset, reason: firstBad.reason };
}

/** The lines with those of some entries exchanged for what `make` says. */
function withEntries(make: (entries: string[]) => string[]): string[] {
  const entries = WHOLE.slice(FIRST, FIRST + 14)
    .map((line) => line.replace(/,?\n$/, ""));
  const made = make(entries);
  return [
    ...WHOLE.slice(0, FIRST),
    ...made.map((line, i) => line + (i + 1 < made.length ? ",\n" : "\n")),
    ...WHOLE.slice(FIRST + 14),
  ];
}

/** Seals the lines before the last again, as only the holder of the key can. */
function resealed(lines: readonly string[], key = KEY, summary = {}): string[] {
  const before = lines.slice(0, -1);
  const digest = createHash("sha256").update(before.join("")).digest("hex");
  const { statement: old } = readSeal(WHOLE.at(-1)!.trimEnd());
  const statement = { ...old, ...summary, sha256: digest };
  const signature = signText(sealedText(statement), key);
  const publicKey = publicKeyOf(key);
  return [...before, sealLine({ statement, publicKey, signature }) + "\n"];
}

Deno.test("[A2] an export verifies with nothing but itself, and says what it covers", async () => {
  const found = await verifyText(WHOLE.join(""));
  assertEquals(found.firstBad, undefined);
  assertEquals(found.ok, true);
  assertEquals(found.count, 14);
  assertEquals(found.erased, 2);
  assertEquals(found.checkpoints, 2);
  assertEquals(found.checkpointedOffset, 13);
  assertEquals(found.publicKey, publicKeyOf(KEY));
  assertEquals(found.summary?.channel, CHANNEL);
});

Deno.test("[A2] an export of nothing, of one and of any size up to 20 verifies", async () => {
  for (let size = 0; size <= 20; size++) {
    const bodies = Array.from({ length: size }, (_, i) => i);
    const lines = await linesOf(sourceOf(recordsOf(bodies)));
    assertEquals(await firstBad(lines), undefined);
  }
});

Deno.test("[A2] it verifies in whatever pieces it comes", async () => {
  const { verifyExport } = await import(
    "../../../realtime/log/verify_export.ts"
  );
  const { isSigned } = await import("../../../realtime/log/checkpoint.ts");
  const bytes = new TextEncoder().encode(WHOLE.join(""));
  for (const step of [1, 7, 1000]) {
    const pieces = Array.from(
      { length: Math.ceil(bytes.length / step) },
      (_, i) => bytes.subarray(i * step, (i + 1) * step),
    );
    assertEquals((await verifyExport(pieces, { isSigned })).ok, true);
  }
});

Deno.test("[A2] the file is one JSON document with bodies as they were", () => {
  const file = JSON.parse(WHOLE.join(""));
  assertEquals(Object.keys(file), [
    "summary",
    "actors",
    "entries",
    "checkpoints",
    "seal",
  ]);
  assertEquals(file.entries[0].body, BODIES[0]);
  assertEquals(file.entries[4].body, null);
  assertEquals(file.summary.count, 14);
});

Deno.test("[A4] each entry with its proof and the seal is a proof of its own", () => {
  const { statement } = readSeal(WHOLE.at(-1)!.trimEnd());
  for (let i = 0; i < 14; i++) {
    const { record, proof } = readEntry(
      WHOLE[FIRST + i].replace(/,?\n$/, ""),
    );
    assert(verifyInclusion({
      index: record.offset - 1,
      size: statement.count,
      leaf: hashLeaf(Uint8Array.fromHex(record.hash)),
      proof,
      root: statement.root,
    }));
  }
});

Deno.test("[A5] without being asked for, no line tells who an actor is, nor of other channels", async () => {
  const records = recordsOf(BODIES);
  const source = sourceOf(records, checkpointsOf(records, [4]));
  const told = /ana|"bo"|mallory|zoe|alerts/;
  assert(!told.test((await linesOf(source)).join("")));
  const actors = await linesOf(source, { actors: true });
  assertEquals(actors.slice(2, 4), [
    '{"actor":"actor-0","userId":"ana"},\n',
    '{"actor":"actor-1","userId":"bo"}\n',
  ]);
  assert(!told.test(actors.toSpliced(1, 4).join("")));
});

Deno.test("[A3] 1,000 of 1,000 altered bytes are found", async () => {
  const whole = new TextEncoder().encode(WHOLE.join(""));
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, change) => {
        const bytes = whole.slice();
        bytes[at] ^= change;
        checked++;
        assertEquals((await verifyBytes(bytes)).ok, false);
      },
    ),
    { numRuns: 1_000, seed: 6962 },
  );
  assertEquals(checked, 1_000);
});

Deno.test("[A3] every byte of the lines around the entries is checked, whatever bit is altered", async () => {
  const records = recordsOf([1]);
  const source = sourceOf(records, checkpointsOf(records, [1]));
  const whole = new TextEncoder().encode(
    (await linesOf(source, { actors: true })).join(""),
  );
  // The seal last: it is the one line that its own hash does not cover.
  const seal = whole.lastIndexOf(10, whole.length - 2);
  for (let at = 0; at < whole.length; at += at < seal ? 3 : 1) {
    const bytes = whole.slice();
    bytes[at] ^= 1 << at % 8;
    assertEquals((await verifyBytes(bytes)).ok, false, `byte ${at}`);
  }
});

Deno.test("[A3] an entry altered anywhere is named, also where it can no longer be read", async () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  const before = bytesOf(WHOLE.slice(0, FIRST + 6).join("")).length;
  const line = bytesOf(WHOLE[FIRST + 6]).length;
  const whole = bytesOf(WHOLE.join(""));
  for (let at = before; at < before + line; at++) {
    const bytes = whole.slice();
    bytes[at] ^= 2;
    const { firstBad } = await verifyBytes(bytes);
    assertEquals(firstBad?.offset, 7, `byte ${at - before}`);
    assertEquals(firstBad?.line, FIRST + 7, `byte ${at - before}`);
  }
});

Deno.test("[A3] a file cut off anywhere is found, and names the first entry that is missing", async () => {
  const whole = new TextEncoder().encode(WHOLE.join(""));
  for (let length = 0; length < whole.length; length += 97) {
    assertEquals((await verifyBytes(whole.subarray(0, length))).ok, false);
  }
  assertEquals(await firstBad(WHOLE.slice(0, FIRST + 3)), {
    offset: 4,
    reason: "truncated",
  });
  assertEquals(await firstBad(WHOLE.slice(0, -1)), {
    offset: null,
    reason: "truncated",
  });
  const cut = WHOLE.join("").slice(0, -1);
  assertEquals((await verifyText(cut)).ok, false);
});

Deno.test("[A3] what stands behind the end is found", async () => {
  for (const more of ["\n", " ", "{}\n", "\0"]) {
    assertEquals((await verifyText(WHOLE.join("") + more)).ok, false);
  }
});

const SALT = /"salt":"\w+"/;

interface Change {
  readonly what: string;
  readonly make: (entries: string[]) => string[];
  readonly offset: number;
  readonly reason: ExportBadReason;
}

const CHANGES: readonly Change[] = [
  {
    what: "the last entries taken away",
    make: (entries: string[]) => entries.slice(0, 10),
    // 13 said that 9 was erased, and 14 that 5 was: the first unexplained one is told.
    offset: 5,
    reason: "missing_body",
  },
  {
    what: "the last entry taken away",
    make: (entries: string[]) => entries.slice(0, 13),
    offset: 9,
    reason: "missing_body",
  },
  {
    what: "an entry taken away",
    make: (entries: string[]) => entries.toSpliced(2, 1),
    offset: 3,
    reason: "missing_entry",
  },
  {
    what: "an entry repeated",
    make: (entries: string[]) => entries.toSpliced(2, 0, entries[2]),
    offset: 4,
    reason: "missing_entry",
  },
  {
    what: "two entries exchanged",
    make: (entries: string[]) =>
      entries.toSpliced(6, 2, entries[7], entries[6]),
    offset: 7,
    reason: "missing_entry",
  },
  {
    what: "two bodies exchanged, with their salts",
    make: (entries: string[]) => {
      const [a, b] = [entries[2], entries[3]];
      const body = /^\{"body":.*?,"hash"/;
      const swap = (to: string, from: string) =>
        to.replace(body, () => body.exec(from)![0])
          .replace(SALT, () => SALT.exec(from)![0]);
      return entries.toSpliced(2, 2, swap(a, b), swap(b, a));
    },
    offset: 3,
    reason: "altered_body",
  },
  {
    what: "a body taken away that no entry says was erased",
    make: (entries: string[]) =>
      entries.toSpliced(
        1,
        1,
        entries[1].replace(/^\{"body":.*?,"hash"/, '{"body":null,"hash"')
          .replace(SALT, '"salt":null'),
      ),
    offset: 2,
    reason: "missing_body",
  },
  {
    what: "a body put back where one was erased",
    make: (entries: string[]) =>
      entries.toSpliced(
        4,
        1,
        entries[4].replace('{"body":null', '{"body":{"event":"said"}')
          .replace('"salt":null', `"salt":"${"05".repeat(32)}"`),
      ),
    offset: 5,
    reason: "altered_body",
  },
  {
    what: "the proofs of two entries exchanged",
    make: (entries: string[]) => {
      const proof = /"proof":\[.*?\]/;
      const [a, b] = [entries[7], entries[8]];
      return entries.toSpliced(
        7,
        2,
        a.replace(proof, proof.exec(b)![0]),
        b.replace(proof, proof.exec(a)![0]),
      );
    },
    offset: 8,
    reason: "altered_proof",
  },
];
for (const { what, make, offset, reason } of CHANGES) {
  Deno.test(`[A3] ${what}: found, even where it is sealed again`, async () => {
    const lines = withEntries(make);
    assertEquals(await firstBad(lines), { offset, reason });
    assertEquals(await firstBad(resealed(lines)), { offset, reason });
  });
}

Deno.test("[A3] entries taken from the end of a chain without erasures: the first missing is named", async () => {
  const lines = await linesOf(sourceOf(recordsOf(BODIES)));
  const start = lines.indexOf('"entries":[\n') + 1;
  const shorter = lines.toSpliced(start + 9, 3)
    .map((line, i) => i === start + 8 ? line.replace(",\n", "\n") : line);
  assertEquals(await firstBad(shorter), { offset: 10, reason: "truncated" });
});

Deno.test("[A3] a history written anew and chained again is found by root, seal and checkpoint", async () => {
  const records = recordsOf(BODIES);
  const checkpoints = checkpointsOf(records, [4]);
  const lie = recordsOf(BODIES.with(2, { event: "said", text: "lie" }));
  const honest = await linesOf(sourceOf(records, checkpoints));
  const forged = await linesOf(sourceOf(lie, checkpoints), { key: KEY });
  // With the honest summary and seal around it:
  const start = honest.indexOf('"entries":[\n') + 1;
  const mixed = honest.toSpliced(start, 12, ...forged.slice(start, start + 12));
  assertEquals(await firstBad(mixed), {
    offset: 1,
    reason: "altered_proof",
  });
  // Sealed by the true key, as a server that lies could: its own checkpoint speaks against it.
  assertEquals(await firstBad(forged), {
    offset: 4,
    reason: "bad_checkpoint",
  });
});

Deno.test("[A3] a replaced key is found: alone, and by who knows the true one when all is signed anew", async () => {
  const stranger = otherKey();
  const strange = publicKeyOf(stranger);
  const replaced = WHOLE.with(
    -1,
    WHOLE.at(-1)!.replace(publicKeyOf(KEY), strange),
  );
  assertEquals(await firstBad(replaced), {
    offset: 4,
    reason: "bad_checkpoint",
  });
  const records = recordsOf(BODIES);
  const plain = await linesOf(sourceOf(records));
  const swapped = plain.with(
    -1,
    plain.at(-1)!.replace(publicKeyOf(KEY), strange),
  );
  assertEquals(await firstBad(swapped), { offset: null, reason: "bad_seal" });
  const anew = await linesOf(
    sourceOf(records, checkpointsOf(records, [4], stranger)),
    { key: stranger },
  );
  assertEquals(await firstBad(anew), undefined);
  assertEquals(await firstBad(anew, publicKeyOf(KEY)), {
    offset: null,
    reason: "strange_key",
  });
});

Deno.test("[A3] an altered summary is called that, and no entry is blamed", async () => {
  const other = [/"at":\d+/, /"root":"\w{64}/, /"head":"\w{64}/, /"count":14/];
  const to = [
    '"at":1',
    `"root":"${"f".repeat(64)}`,
    `"head":"${"f".repeat(64)}`,
  ];
  for (const [i, text] of [...to, '"count":12'].entries()) {
    const altered = WHOLE[0].replace(other[i], text);
    assert(altered !== WHOLE[0]);
    const found = await firstBad(WHOLE.with(0, altered));
    assertEquals(found, { offset: null, reason: "bad_summary" });
  }
});

Deno.test("[A3] a checkpoint that says something else is found, sealed again or not", async () => {
  const start = WHOLE.indexOf('"checkpoints":[\n') + 1;
  for (
    const [from, to] of [
      ['"offset":4', '"offset":3'],
      ['"number":1', '"number":7'],
      ['"index":1', '"index":2'],
      ['"headCount":4', '"headCount":5'],
    ]
  ) {
    const line = WHOLE[start].replace(from, to);
    assert(line !== WHOLE[start]);
    const found = await firstBad(resealed(WHOLE.with(start, line)));
    assertEquals(found?.reason, "bad_checkpoint");
  }
});

Deno.test("[A3] an actor that no entry has, or one named twice, is found", async () => {
  for (
    const line of [
      '{"actor":"actor-9","userId":"ana"},\n',
      '{"actor":"actor-1","userId":"ana"},\n',
    ]
  ) {
    const found = await firstBad(resealed(WHOLE.with(2, line)));
    assertEquals(found, { offset: null, reason: "bad_actor" });
  }
});

Deno.test("[A3] what is no export at all is refused, whatever it is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      assertEquals((await verifyBytes(bytes)).ok, false);
    }),
    { numRuns: 200 },
  );
  for (const text of ["", "\n", "{}\n", "[]\n", "null\n", "{\n}\n"]) {
    const found = await verifyText(text);
    assertEquals(found.ok, false);
    assertEquals(found.firstBad?.offset, null);
  }
});
