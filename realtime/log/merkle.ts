/** Merkle trees of RFC 6962: one root over many leaves, with proofs that a leaf or an older tree is in it. */
import { hash } from "node:crypto";

const HASH_BYTES = 32;
/** Leaves and nodes are hashed apart, so that neither can pass for the other (RFC 6962, 2.1). */
const LEAF_PREFIX = 0;
const NODE_PREFIX = 1;
/** Indexes are halved with 32-bit shifts. */
const MAX_LEAVES = 2 ** 30;

const node = new Uint8Array(1 + 2 * HASH_BYTES);

/** Hash of a leaf's data; 64 hex digits. */
export function hashLeaf(data: Uint8Array): string {
  const leaf = new Uint8Array(1 + data.length);
  leaf[0] = LEAF_PREFIX;
  leaf.set(data, 1);
  return hash("sha256", leaf, "hex");
}

/** Leaves of a tree to be, which may come one by one: 32 bytes each. */
export class MerkleLeaves {
  #bytes = new Uint8Array(1024 * HASH_BYTES);
  #length = 0;

  /** @param leaf What `hashLeaf` gives. */
  add(leaf: string): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.subarray(this.#length, this.#length + HASH_BYTES)
      .setFromHex(leaf);
    this.#length += HASH_BYTES;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** A tree that keeps its levels: 64 bytes per leaf. Hashes go in and out as 64 hex digits. */
export class MerkleTree {
  readonly size: number;
  /** From the leaves up. The odd one out of a level stands in the next one as it is. */
  readonly #levels: readonly Uint8Array[];

  /** @param leaves What `hashLeaf` gives. @throws {RangeError} Above 2^30 leaves */
  constructor(leaves: Iterable<string> | MerkleLeaves) {
    let level = (leaves instanceof MerkleLeaves ? leaves : gathered(leaves))
      .bytes();
    this.size = level.length / HASH_BYTES;
    if (this.size > MAX_LEAVES) {
      throw new RangeError(`Cannot build a tree of ${this.size} leaves`);
    }
    const levels = [level];
    while (level.length > HASH_BYTES) levels.push(level = above(level));
    this.#levels = levels;
  }

  /** Of no leaves: the hash of nothing. */
  root(): string {
    if (this.size === 0) return hash("sha256", new Uint8Array(), "hex");
    return this.#node(this.#levels.length - 1, 0);
  }

  /** The audit path of a leaf, from the bottom up. @throws {RangeError} If there is no such leaf */
  inclusionProof(index: number): string[] {
    if (!(Number.isInteger(index) && index >= 0 && index < this.size)) {
      throw new RangeError(`Cannot prove leaf ${index} of ${this.size}`);
    }
    const proof: string[] = [];
    for (let level = 0; level < this.#levels.length - 1; level++) {
      const sibling = index ^ 1;
      if (sibling * HASH_BYTES < this.#levels[level].length) {
        proof.push(this.#node(level, sibling));
      }
      index >>= 1;
    }
    return proof;
  }

  /**
   * That this tree begins with the tree of its first `size` leaves. Of nothing, and of itself,
   * there is nothing to prove.
   *
   * @throws {RangeError} If `size` is not 0 to the tree's own.
   */
  consistencyProof(size: number): string[] {
    if (!(Number.isInteger(size) && size >= 0 && size <= this.size)) {
      throw new RangeError(`Cannot prove a tree of ${size} in ${this.size}`);
    }
    if (size === 0 || size === this.size) return [];
    return this.#subproof(size, 0, this.size, true);
  }

  /** SUBPROOF of RFC 6962, 2.1.2, over the leaves from `start` to before `end`. */
  #subproof(
    size: number,
    start: number,
    end: number,
    known: boolean,
  ): string[] {
    const count = end - start;
    if (size === count) return known ? [] : [this.#range(start, end)];
    const left = splitOf(count);
    const middle = start + left;
    return size <= left
      ? [
        ...this.#subproof(size, start, middle, known),
        this.#range(middle, end),
      ]
      : [
        ...this.#subproof(size - left, middle, end, false),
        this.#range(start, middle),
      ];
  }

  /** Root over a range that the tree itself splits off. */
  #range(start: number, end: number): string {
    const level = Math.ceil(Math.log2(end - start));
    return this.#node(level, start >> level);
  }

  #node(level: number, index: number): string {
    const at = index * HASH_BYTES;
    return this.#levels[level].subarray(at, at + HASH_BYTES).toHex();
  }
}

export interface Inclusion {
  readonly index: number;
  /** Leaves of the tree. */
  readonly size: number;
  /** What `hashLeaf` gives. */
  readonly leaf: string;
  readonly proof: readonly string[];
  readonly root: string;
}

/** Reports whether a leaf is where it is said to be (RFC 9162, 2.1.3.2). */
export function verifyInclusion(
  { index, size, leaf, proof, root }: Inclusion,
): boolean {
  if (!isPlace(index, size) || ![leaf, root, ...proof].every(isHash)) {
    return false;
  }
  let at = index;
  let last = size - 1;
  let reached = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      reached = hashNode(sibling, reached);
      while (at % 2 === 0 && at !== 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      reached = hashNode(reached, sibling);
    }
    at >>= 1;
    last >>= 1;
  }
  return last === 0 && reached === root;
}

export interface Consistency {
  readonly first: number;
  readonly second: number;
  readonly firstRoot: string;
  readonly secondRoot: string;
  readonly proof: readonly string[];
}

/** Reports whether the second tree begins with the first (RFC 9162, 2.1.4.2). */
export function verifyConsistency(
  { first, second, firstRoot, secondRoot, proof }: Consistency,
): boolean {
  if (![firstRoot, secondRoot, ...proof].every(isHash)) return false;
  if (first === second) return proof.length === 0 && firstRoot === secondRoot;
  if (first === 0) return proof.length === 0;
  if (!isPlace(first - 1, second)) return false;
  // A whole first tree is a node of the second, and need not be told.
  const path = splitOf(first + 1) === first ? [firstRoot, ...proof] : proof;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let at = first - 1;
  let last = second - 1;
  while (at % 2 === 1) {
    at >>= 1;
    last >>= 1;
  }
  let before = start;
  let after = start;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      before = hashNode(sibling, before);
      after = hashNode(sibling, after);
      while (at % 2 === 0 && at !== 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      after = hashNode(after, sibling);
    }
    at >>= 1;
    last >>= 1;
  }
  return last === 0 && before === firstRoot && after === secondRoot;
}

/** One text per hash: capital digits would be another text of the same. */
export function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function isPlace(index: number, size: number): boolean {
  return Number.isInteger(index) && Number.isInteger(size) && index >= 0 &&
    index < size && size <= MAX_LEAVES;
}

/** The largest power of two below `count`; `count` is 2 or more. */
function splitOf(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

function hashNode(left: string, right: string): string {
  node[0] = NODE_PREFIX;
  node.subarray(1).setFromHex(left);
  node.subarray(1 + HASH_BYTES).setFromHex(right);
  return hash("sha256", node, "hex");
}

function above(level: Uint8Array): Uint8Array {
  const count = level.length / HASH_BYTES;
  const next = new Uint8Array(Math.ceil(count / 2) * HASH_BYTES);
  for (let i = 0; i < count; i += 2) {
    const at = i * HASH_BYTES;
    const into = next.subarray(at / 2, at / 2 + HASH_BYTES);
    if (i + 1 === count) {
      into.set(level.subarray(at));
      continue;
    }
    node[0] = NODE_PREFIX;
    node.set(level.subarray(at, at + 2 * HASH_BYTES), 1);
    into.setFromHex(hash("sha256", node, "hex"));
  }
  return next;
}

function gathered(hashes: Iterable<string>): MerkleLeaves {
  const leaves = new MerkleLeaves();
  for (const hash of hashes) leaves.add(hash);
  return leaves;
}
