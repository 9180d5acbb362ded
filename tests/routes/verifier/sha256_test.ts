/** The verifier's own SHA-256 and signatures, against those of the server. */
import { generateKeyPairSync } from "node:crypto";
import * as node from "node:crypto";
import fc from "fast-check";
import { assertEquals } from "@std/assert";
import {
  isSigned as isSignedHere,
  publicKeyOf,
  signText,
} from "../../../realtime/log/checkpoint.ts";
import { createHash, hash } from "../../../routes/verifier/sha256.ts";
import { isSigned } from "../../../routes/verifier/signature.ts";

Deno.test("[A10] hashes are those of FIPS 180-4", () => {
  assertEquals(
    hash("sha256", "", "hex"),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  assertEquals(
    hash("sha256", "abc", "hex"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assertEquals(
    hash("sha256", "a".repeat(1_000_000), "hex"),
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  );
});

Deno.test("[A10] hashes of every length around the blocks are the server's", () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    assertEquals(
      hash("sha256", bytes, "hex"),
      node.hash("sha256", bytes, "hex"),
    );
  }
});

Deno.test("[A10] hashes in pieces, of bytes and texts, are the server's", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.uint8Array({ maxLength: 150 }),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
    const ours = createHash("sha256");
    const theirs = node.createHash("sha256");
    for (const one of pieces) {
      ours.update(one);
      theirs.update(one);
    }
    assertEquals(ours.digest("hex"), theirs.digest("hex"));
  }));
});

Deno.test("[A10] signatures are judged as on the server", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const publicKey = publicKeyOf(privateKey);
  const text = "what is signed, ü";
  const signature = signText(text, privateKey);
  const flipped = (base64: string, at: number) => {
    const bytes = Uint8Array.fromBase64(base64);
    bytes[at] ^= 1;
    return bytes.toBase64();
  };
  for (
    const [signed, wanted] of [
      [{ text, publicKey, signature }, true],
      [{ text: `${text} `, publicKey, signature }, false],
      [{ text, publicKey, signature: flipped(signature, 5) }, false],
      [{ text, publicKey: flipped(publicKey, 20), signature }, false],
      [{ text, publicKey: flipped(publicKey, 3), signature }, false],
      [{ text, publicKey: "", signature: "" }, false],
    ] as const
  ) {
    assertEquals(await isSigned(signed), wanted);
    assertEquals(isSignedHere(signed), wanted);
  }
});
