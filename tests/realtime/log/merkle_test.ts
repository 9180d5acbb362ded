/** Rule A4: RFC 6962 trees give the published roots and proofs, and no other leaf, proof or root passes. */
import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  hashLeaf,
  MerkleTree,
  verifyConsistency,
  verifyInclusion,
} from "../../../realtime/log/merkle.ts";
import document from "../../support/cases/audit.json" with { type: "json" };

function treeOf(leavesHex: readonly string[]): MerkleTree {
  return new MerkleTree(
    leavesHex.map((hex) => hashLeaf(Uint8Array.fromHex(hex))),
  );
}

for (const one of document.cases) {
  Deno.test(`[A4] ${one.id} is as published`, () => {
    const tree = treeOf(one.leavesHex);
    switch (one.kind) {
      case "rfc6962_root":
        return assertEquals(tree.root(), one.expected);
      case "rfc6962_inclusion":
        return assertEquals(
          tree.inclusionProof(Number(one.leafIndex)),
          one.expected,
        );
      case "rfc6962_consistency":
        return assertEquals(
          tree.consistencyProof(Number(one.first)),
          one.expected,
        );
      default:
        throw new Error(`No test for ${one.kind}`);
    }
  });
}

const leaves = (size: number) =>
  Array.from(
    { length: size },
    (_, i) => hashLeaf(new TextEncoder().encode(`leaf ${i}`)),
  );

Deno.test("[A4] every leaf of every tree up to 70 is proven, and at no other place", () => {
  for (let size = 1; size <= 70; size++) {
    const all = leaves(size);
    const tree = new MerkleTree(all);
    const root = tree.root();
    for (const [index, leaf] of all.entries()) {
      const proof = tree.inclusionProof(index);
      assert(verifyInclusion({ index, size, leaf, proof, root }));
      const next = (index + 1) % size;
      const elsewhere = { index: next, size, leaf, proof, root };
      assertEquals(verifyInclusion(elsewhere), next === index);
    }
  }
});

Deno.test("[A4] every tree up to 40 is proven to begin with every smaller one", () => {
  const all = leaves(40);
  const trees = all.map((_, i) => new MerkleTree(all.slice(0, i + 1)));
  for (const tree of trees) {
    for (const older of trees.slice(0, tree.size)) {
      const proof = tree.consistencyProof(older.size);
      const sizes = { first: older.size, second: tree.size };
      const firstRoot = older.root();
      const secondRoot = tree.root();
      assert(verifyConsistency({ ...sizes, firstRoot, secondRoot, proof }));
      const other = hashLeaf(new Uint8Array([9]));
      assert(
        !verifyConsistency({ ...sizes, firstRoot: other, secondRoot, proof }),
      );
      assert(
        !verifyConsistency({ ...sizes, firstRoot, secondRoot: other, proof }),
      );
    }
  }
});

const bytes = fc.uint8Array({ maxLength: 12 });

/** One hex digit of one of the texts made another. */
function altered(texts: readonly string[], place: number): string[] {
  const at = place % (64 * texts.length);
  const [which, digit] = [Math.floor(at / 64), at % 64];
  return texts.map((text, i) =>
    i === which
      ? text.slice(0, digit) + (text[digit] === "0" ? "1" : "0") +
        text.slice(digit + 1)
      : text
  );
}

Deno.test("[A4] an altered leaf, root or step of a proof does not pass", () => {
  fc.assert(fc.property(
    fc.array(bytes, { minLength: 1, maxLength: 40 }),
    fc.nat(),
    fc.nat(),
    (data, which, place) => {
      const all = data.map(hashLeaf);
      const tree = new MerkleTree(all);
      const index = which % all.length;
      const texts = [all[index], tree.root(), ...tree.inclusionProof(index)];
      const check = ([leaf, root, ...proof]: readonly string[]) =>
        verifyInclusion({ index, size: all.length, leaf, root, proof });
      assert(check(texts));
      assert(!check(altered(texts, place)));
      assert(!check([...texts, all[0]]));
      if (texts.length > 2) assert(!check(texts.slice(0, -1)));
    },
  ));
});

Deno.test("[A4] a proof of consistency does not pass with a step altered, added or taken away", () => {
  fc.assert(fc.property(
    fc.integer({ min: 2, max: 60 }),
    fc.nat(),
    fc.nat(),
    (second, part, place) => {
      const all = leaves(second);
      const first = 1 + part % (second - 1);
      const tree = new MerkleTree(all);
      const proof = tree.consistencyProof(first);
      const roots = {
        firstRoot: new MerkleTree(all.slice(0, first)).root(),
        secondRoot: tree.root(),
      };
      const check = (steps: readonly string[]) =>
        verifyConsistency({ first, second, ...roots, proof: steps });
      assert(check(proof));
      assert(!check(altered(proof, place)));
      assert(!check([...proof, all[0]]));
      assert(!check(proof.slice(1)));
    },
  ));
});

Deno.test("[A4] hashes written otherwise are no proof", () => {
  const [leaf] = leaves(1);
  const whole = { index: 0, size: 1, leaf, proof: [], root: leaf };
  assert(verifyInclusion(whole));
  const loud = leaf.toUpperCase();
  assert(!verifyInclusion({ ...whole, leaf: loud, root: loud }));
  assert(!verifyInclusion({ ...whole, leaf: "", root: "" }));
});

Deno.test("[A4] what is not in the tree cannot be proven", () => {
  const tree = new MerkleTree(leaves(3));
  for (const index of [-1, 3, 0.5, NaN]) {
    assertThrows(() => tree.inclusionProof(index), RangeError);
  }
  for (const size of [-1, 4, NaN]) {
    assertThrows(() => tree.consistencyProof(size), RangeError);
  }
  assertEquals(tree.consistencyProof(0), []);
});
