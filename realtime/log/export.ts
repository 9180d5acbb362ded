/** Writes the export of a channel, line by line, as it was when the export began. */
import { createHash, type KeyObject } from "node:crypto";
import { publicKeyOf, type SignedCheckpoint, signText } from "./checkpoint.ts";
import { proveHead } from "./checkpoint_statement.ts";
import {
  actorText,
  checkpointText,
  entryText,
  type ExportedActor,
  type ExportedCheckpoint,
  type ExportSummary,
  sealedText,
  sealLine,
  type Section,
  SECTION_END,
  sectionStart,
  summaryLine,
} from "./export_format.ts";
import { hashLeaf, MerkleLeaves, MerkleTree } from "./merkle.ts";
import { NO_HASH, type Record } from "./record.ts";

/** Read at once or as it comes. */
type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

/** What an export is made from. The hashes say which entries are in it; later ones are not. */
export interface ExportSource {
  readonly epoch: string;
  readonly channel: string;
  /** Hash of every entry, oldest first: read once more than the records, which are larger. */
  hashes(): Items<string>;
  records(): Items<Record>;
  /** Who is behind the actor ids of the records, as far as they are known. */
  actors(): Items<ExportedActor>;
  /** Every checkpoint that may name the channel, oldest first. */
  checkpoints(): Items<SignedCheckpoint>;
}

export interface ExportOptions {
  /** ms since 1970. */
  readonly at: number;
  /** Ed25519: the key that signs checkpoints. */
  readonly key: KeyObject;
  /** Also writes who is behind the actor ids. @default false */
  readonly actors?: boolean;
  /** Told after each entry: how many are written, and of how many. */
  readonly onEntry?: (done: number, total: number) => void;
}

/** The lines of the file, each with its end. 64 bytes per entry are held, and no body. */
export async function* exportLines(
  source: ExportSource,
  { at, key, actors = false, onEntry = () => {} }: ExportOptions,
): AsyncGenerator<string> {
  const { epoch, channel } = source;
  const { tree, head } = await treeOf(source);
  const root = tree.root();
  const summary = { at, channel, count: tree.size, epoch, head, root };
  const digest = createHash("sha256");
  for await (
    const line of unsealedLines(source, tree, { summary, actors, onEntry })
  ) {
    const ended = `${line}\n`;
    digest.update(ended);
    yield ended;
  }
  const statement = { ...summary, sha256: digest.digest("hex") };
  const publicKey = publicKeyOf(key);
  const signature = signText(sealedText(statement), key);
  yield `${sealLine({ statement, publicKey, signature })}\n`;
}

async function* unsealedLines(
  source: ExportSource,
  tree: MerkleTree,
  { summary, actors, onEntry }:
    & { readonly summary: ExportSummary }
    & Required<Pick<ExportOptions, "actors" | "onEntry">>,
): AsyncGenerator<string> {
  // Counted, not by offset: a log that lacks an entry can still be exported, and found out.
  let index = 0;
  const entryLine = (record: Record) => {
    const proof = tree.inclusionProof(index++);
    onEntry(index, tree.size);
    return entryText({ record, proof });
  };
  yield summaryLine(summary);
  yield* section("actors", actors ? source.actors() : [], actorText);
  yield* section("entries", source.records(), entryLine);
  const shown = shownCheckpoints(source, tree.size);
  yield* section("checkpoints", shown, checkpointText);
}

async function* section<Item>(
  name: Section,
  items: Items<Item>,
  textOf: (item: Item) => string,
): AsyncGenerator<string> {
  yield sectionStart(name);
  let before: string | undefined;
  for await (const item of items) {
    if (before !== undefined) yield `${before},`;
    before = textOf(item);
  }
  if (before !== undefined) yield before;
  yield SECTION_END;
}

async function* shownCheckpoints(
  { channel, checkpoints }: ExportSource,
  count: number,
): AsyncGenerator<ExportedCheckpoint> {
  for await (const { text, publicKey, signature } of checkpoints()) {
    const shown = proveHead(text, channel);
    // Those made since the export began speak of entries that are not in it.
    if (shown && shown.head.offset <= count) {
      yield { ...shown, publicKey, signature };
    }
  }
}

async function treeOf(source: ExportSource) {
  let head = NO_HASH;
  const leaves = new MerkleLeaves();
  for await (const hash of source.hashes()) {
    head = hash;
    leaves.add(hashLeaf(Uint8Array.fromHex(hash)));
  }
  return { tree: new MerkleTree(leaves), head };
}
