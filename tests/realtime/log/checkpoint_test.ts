/** What checkpoints sign: all heads, of which one can be shown alone; those of format 1 still open. */
import { generateKeyPairSync } from "node:crypto";
import { assert, assertEquals } from "@std/assert";
import {
  type Checkpoint,
  hashCheckpoint,
  isSigned,
  openCheckpoint,
  signCheckpoint,
} from "../../../realtime/log/checkpoint.ts";
import {
  holdsHead,
  proveHead,
  signedText,
  statementText,
} from "../../../realtime/log/checkpoint_statement.ts";
import { NO_HASH } from "../../../realtime/log/record.ts";

const { privateKey } = generateKeyPairSync("ed25519");

const HEADS = ["alerts", "session:1", "user:ana"].map((channel, i) => ({
  channel,
  offset: i + 1,
  hash: String(i).repeat(64),
}));

function checkpoint(format: 1 | 2, more: Partial<Checkpoint> = {}) {
  const first = { number: 1, at: 7, epoch: "e", previous: NO_HASH };
  return signCheckpoint(
    { format, ...first, heads: HEADS, ...more },
    privateKey,
  );
}

Deno.test("[A6] a checkpoint of either format opens, and one of format 2 follows one of format 1", () => {
  const one = checkpoint(1);
  const previous = hashCheckpoint(one);
  const two = checkpoint(2, { number: 2, previous });
  assertEquals(openCheckpoint(one, undefined)?.heads, HEADS);
  assertEquals(openCheckpoint(two, one)?.heads, HEADS);
  assertEquals(openCheckpoint(two, undefined), undefined);
});

Deno.test("[A6] no other text of a checkpoint opens, though it says the same", () => {
  const signed = checkpoint(2);
  for (
    const text of [
      signed.text.replace(",", ", "),
      signed.text.replace("session:1", "session:2"),
      signed.text.replace('"at":7', '"at":8'),
      signed.text.slice(0, -1),
    ]
  ) assertEquals(openCheckpoint({ ...signed, text }, undefined), undefined);
});

Deno.test("[A6] a head is shown with its way to what is signed, without the names of others", () => {
  const { text, publicKey, signature } = checkpoint(2);
  const shown = proveHead(text, "session:1")!;
  assertEquals(shown.head, HEADS[1]);
  assert(holdsHead(shown.statement, shown));
  assertEquals(statementText(shown.statement), signedText(text));
  assert(
    isSigned({ text: statementText(shown.statement), publicKey, signature }),
  );
  assert(!JSON.stringify(shown).includes("ana"));
  for (
    const head of [
      { ...shown.head, offset: 3 },
      { ...shown.head, channel: "alerts" },
      { ...shown.head, hash: NO_HASH.replace("0", "1") },
    ]
  ) assert(!holdsHead(shown.statement, { ...shown, head }));
});

Deno.test("[A6] a channel that did not change has no head to show, nor has format 1", () => {
  assertEquals(proveHead(checkpoint(2).text, "session:2"), undefined);
  assertEquals(proveHead(checkpoint(1).text, "session:1"), undefined);
});
