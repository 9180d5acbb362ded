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
import { hashLeaf, MerkleTree } from "./merkle.ts";
import { NO_HASH, type Record } from "./record.ts";

/** What an export is made from. The hashes say which entries are in it; later ones are not. */
export interface ExportSource {
  readonly epoch: string;
  readonly channel: string;
  /** Hash of every entry, oldest first: read once more than the records, which are larger. */
  hashes(): Iterable<string>;
  records(): Iterable<Record>;
  /** Who is behind the actor ids of the records, as far as they are known. */
  actors(): Iterable<ExportedActor>;
  /** Every checkpoint that may name the channel, oldest first. */
  checkpoints(): Iterable<SignedCheckpoint>;
}

export interface ExportOptions {
  /** ms since 1970. */
  readonly at: number;
  /** Ed25519: the key that signs checkpoints. */
  readonly key: KeyObject;
  /** Also writes who is behind the actor ids. @default false */
  readonly actors?: boolean;
}

/** The lines of the file, each with its end. 64 bytes per entry are held, and no body. */
export function* exportLines(
  source: ExportSource,
  { at, key, actors = false }: ExportOptions,
): Generator<string> {
  const { epoch, channel } = source;
  let head = NO_HASH;
  const tree = new MerkleTree(leavesOf(source, (hash) => head = hash));
  const summary: ExportSummary = {
    at,
    channel,
    count: tree.size,
    epoch,
    head,
    root: tree.root(),
  };
  const digest = createHash("sha256");
  for (const line of unsealedLines(source, tree, { summary, actors })) {
    const ended = `${line}\n`;
    digest.update(ended);
    yield ended;
  }
  const statement = { ...summary, sha256: digest.digest("hex") };
  const publicKey = publicKeyOf(key);
  const signature = signText(sealedText(statement), key);
  yield `${sealLine({ statement, publicKey, signature })}\n`;
}

function* unsealedLines(
  source: ExportSource,
  tree: MerkleTree,
  { summary, actors }: { summary: ExportSummary; actors: boolean },
): Generator<string> {
  yield summaryLine(summary);
  yield* section("actors", actors ? source.actors() : [], actorText);
  // Counted, not by offset: a log that lacks an entry can still be exported, and found out.
  let index = 0;
  yield* section("entries", source.records(), (record) => {
    const proof = tree.inclusionProof(index++);
    return entryText({ record, proof });
  });
  yield* section(
    "checkpoints",
    shownCheckpoints(source, tree.size),
    checkpointText,
  );
}

function* section<Item>(
  name: Section,
  items: Iterable<Item>,
  textOf: (item: Item) => string,
): Generator<string> {
  yield sectionStart(name);
  let before: string | undefined;
  for (const item of items) {
    if (before !== undefined) yield `${before},`;
    before = textOf(item);
  }
  if (before !== undefined) yield before;
  yield SECTION_END;
}

function* shownCheckpoints(
  { channel, checkpoints }: ExportSource,
  count: number,
): Generator<ExportedCheckpoint> {
  for (const { text, publicKey, signature } of checkpoints()) {
    const shown = proveHead(text, channel);
    // Those made since the export began speak of entries that are not in it.
    if (shown && shown.head.offset <= count) {
      yield { ...shown, publicKey, signature };
    }
  }
}

function* leavesOf(
  source: ExportSource,
  onHash: (hash: string) => void,
): Generator<string> {
  for (const hash of source.hashes()) {
    onHash(hash);
    yield hashLeaf(Uint8Array.fromHex(hash));
  }
}
