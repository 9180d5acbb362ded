/** The entries of an export, one after the other: their chain, their proofs, and what is held of them. */
import { ChainCheck } from "./chain.ts";
import type { CheckpointHead } from "./checkpoint.ts";
import {
  type ExportedEntry,
  type ExportSummary,
  summaryLine,
} from "./export_format.ts";
import { hashLeaf, MerkleTree, verifyInclusion } from "./merkle.ts";
import { hashRecord, NO_HASH } from "./record.ts";
import type { ExportBad } from "./verify_export.ts";

export class ExportedEntries {
  /** Actor ids that were met. */
  readonly actors = new Set<string>();
  readonly #summary: ExportSummary;
  readonly #chain: ChainCheck;
  readonly #hashes: string[] = [];
  /** Line of the first entry; the others follow it. */
  #firstLine = 0;
  #erased = 0;
  /** That of the last entry. */
  #epoch?: string;
  readonly #left = new Set<string>();
  #proven = 0;
  #firstUnproven?: number;
  /** A last entry that does not fit its hash: the next one tells why. */
  #doubt?: ExportBad;

  constructor(summary: ExportSummary) {
    this.#summary = summary;
    this.#chain = new ChainCheck(summary.channel);
  }

  get count(): number {
    return this.#hashes.length;
  }

  get erased(): number {
    return this.#erased;
  }

  /** The first bad entry so far, if this one shows it. */
  add({ record, proof }: ExportedEntry, line: number): ExportBad | undefined {
    const { channel, epoch, hash } = record;
    const offset = this.count + 1;
    if (offset === 1) this.#firstLine = line;
    const bad = this.#chain.add(record);
    if (bad) return this.#at(bad.offset, bad.reason);
    if (channel !== this.#summary.channel || !this.#entersEpoch(epoch)) {
      return this.#at(offset, "altered_header");
    }
    const fits = hashRecord(this.#hashes.at(-1) ?? NO_HASH, record) === hash;
    this.#doubt = fits ? undefined : this.#at(offset, "altered_header");
    const { count: size, root } = this.#summary;
    const leaf = leafOf(hash);
    const inclusion = { index: offset - 1, size, leaf, proof, root };
    if (verifyInclusion(inclusion)) this.#proven++;
    else this.#firstUnproven ??= offset;
    if (record.bodyText === null) this.#erased++;
    this.actors.add(record.actor);
    this.#hashes.push(hash);
  }

  /** The last entry, where its hash did not fit and no other came to tell why. */
  doubt(): ExportBad | undefined {
    return this.#doubt;
  }

  /**
   * To be asked once after the last entry.
   *
   * @param wanted What they should come to.
   * @param sealed Whether that is signed for, so that only the entries can be wrong.
   */
  end(wanted: ExportSummary, sealed: boolean): ExportBad | undefined {
    const { count, root, head } = wanted;
    const bad = this.#chain.end();
    if (bad) return this.#at(bad.offset, bad.reason);
    if (this.count < count) return this.#at(this.count + 1, "truncated");
    const tree = new MerkleTree(this.#hashes.map(leafOf));
    const fits = this.count === count && tree.root() === root &&
      (this.#hashes.at(-1) ?? NO_HASH) === head;
    if (summaryLine(this.#summary) !== summaryLine(wanted)) {
      // The paths were checked against another root: they tell nothing.
      return { offset: null, line: 1, reason: "bad_summary" };
    }
    // Where every path fails it may be the root that is wrong, not the paths.
    const blamed = fits || sealed || this.#proven > 0;
    if (this.#firstUnproven !== undefined && blamed) {
      return this.#at(this.#firstUnproven, "altered_proof");
    }
    if (!fits) return { offset: null, line: 1, reason: "bad_summary" };
  }

  /** Reports whether the channel's chain stood there. */
  isHead({ channel, offset, hash }: CheckpointHead): boolean {
    return channel === this.#summary.channel &&
      this.#hashes[offset - 1] === hash;
  }

  /** A log that was restored lives in another epoch, and never again in one that it left. */
  #entersEpoch(epoch: string): boolean {
    if (epoch === this.#epoch) return true;
    if (this.#left.has(epoch) || this.#epoch === this.#summary.epoch) {
      return false;
    }
    if (this.#epoch !== undefined) this.#left.add(this.#epoch);
    this.#epoch = epoch;
    return true;
  }

  #at(offset: number, reason: ExportBad["reason"]): ExportBad {
    return { offset, line: this.#firstLine + offset - 1, reason };
  }
}

function leafOf(hash: string): string {
  return hashLeaf(Uint8Array.fromHex(hash));
}
