/**
 * What a checkpoint signs. Its text names every channel that changed; what is signed has only
 * the root over those heads, so that a channel's export can show that it was signed for without
 * telling of the others. A leaf hides its channel: it holds the chain hash, which nobody guesses.
 */
import { canonical } from "./canonical.ts";
import type { CheckpointHead } from "./checkpoint.ts";
import { hashLeaf, MerkleTree, verifyInclusion } from "./merkle.ts";

/** The signed part of a checkpoint. */
export interface CheckpointStatement {
  readonly format: 2;
  readonly number: number;
  readonly at: number;
  readonly epoch: string;
  /** Hash of the statement before; 64 zeros for the first. */
  readonly previous: string;
  readonly headCount: number;
  /** RFC 6962 root over the heads, in the order of the text. */
  readonly headsRoot: string;
}

/** One head out of a checkpoint, with the way to its root. */
export interface ProvenHead {
  readonly head: CheckpointHead;
  readonly index: number;
  readonly proof: readonly string[];
}

/** A checkpoint of format 1 signs its whole text, a later one the root over its heads. */
export function signedText(text: string): string {
  const checkpoint = JSON.parse(text);
  if (checkpoint.format === 1) return text;
  return statementText(statementOf(checkpoint));
}

/** The statement of a checkpoint's text, and one of its heads; undefined where it has none. */
export function proveHead(
  text: string,
  channel: string,
): ProvenHead & { readonly statement: CheckpointStatement } | undefined {
  const checkpoint = JSON.parse(text);
  const heads: readonly CheckpointHead[] = checkpoint.heads;
  const index = heads.findIndex((head) => head.channel === channel);
  // Format 1 could only be shown with the names of all its channels.
  if (index < 0 || checkpoint.format !== 2) return undefined;
  const proof = treeOf(heads).inclusionProof(index);
  return {
    statement: statementOf(checkpoint),
    head: heads[index],
    index,
    proof,
  };
}

/** Reports whether the head is one of those the statement signs for. */
export function holdsHead(
  { headCount: size, headsRoot: root }: CheckpointStatement,
  { head, index, proof }: ProvenHead,
): boolean {
  return verifyInclusion({ index, size, leaf: leafOf(head), proof, root });
}

export function statementText(
  { at, epoch, format, headCount, headsRoot, number, previous }:
    CheckpointStatement,
): string {
  return canonical({
    at,
    epoch,
    format,
    headCount,
    headsRoot,
    number,
    previous,
  });
}

interface Parsed {
  readonly number: number;
  readonly at: number;
  readonly epoch: string;
  readonly previous: string;
  readonly heads: readonly CheckpointHead[];
}

function statementOf(
  { number, at, epoch, previous, heads }: Parsed,
): CheckpointStatement {
  const headsRoot = treeOf(heads).root();
  const headCount = heads.length;
  return { format: 2, number, at, epoch, previous, headCount, headsRoot };
}

function treeOf(heads: readonly CheckpointHead[]): MerkleTree {
  return new MerkleTree(heads.map(leafOf));
}

function leafOf({ channel, hash, offset }: CheckpointHead): string {
  const text = canonical({ channel, hash, offset });
  return hashLeaf(new TextEncoder().encode(text));
}
