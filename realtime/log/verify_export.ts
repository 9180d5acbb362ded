/**
 * Checks an export without any server: every line, every hash, every proof, every signature,
 * and the hash of the whole. Says which entry is the first that is wrong. The check of a
 * signature is handed in, so that browsers run this too.
 */
import type { Signed } from "./checkpoint.ts";
import { holdsHead, statementText } from "./checkpoint_statement.ts";
import { ExportedEntries } from "./exported_entries.ts";
import {
  type ExportedCheckpoint,
  type ExportSummary,
  type Seal,
  sealedText,
  type Section,
  SECTION_END,
  sectionStart,
  summaryLine,
} from "./export_format.ts";
import { ExportLines, type Pieces } from "./export_lines.ts";
import {
  readActor,
  readCheckpoint,
  readEntry,
  readSeal,
  readSummary,
  Unreadable,
} from "./export_reading.ts";
import type { BadReason } from "./log.ts";

export type ExportBadReason =
  | BadReason
  /** The line is not one that an export has. */
  | "unreadable"
  /** The audit path does not lead from the entry to the root. */
  | "altered_proof"
  /** The summary does not fit the entries, or not the seal. */
  | "bad_summary"
  /** An actor that no entry has, or that is named twice. */
  | "bad_actor"
  /** The seal is not signed by the key it carries. */
  | "bad_seal"
  /** All fits, but another key signed than the one to be trusted. */
  | "strange_key"
  /** The bytes are not those that were sealed. */
  | "altered_file";

export interface ExportBad {
  /** The first entry that is wrong; null when it is the file around the entries. */
  readonly offset: number | null;
  /** Where in the file, from 1. */
  readonly line: number;
  readonly reason: ExportBadReason;
}

export interface ExportVerification {
  readonly ok: boolean;
  /** Entries checked. */
  readonly count: number;
  /** Of these, entries whose body was erased. */
  readonly erased: number;
  /** Checkpoints checked, and the last offset they sign for: 0 for none. */
  readonly checkpoints: number;
  readonly checkpointedOffset: number;
  readonly summary?: ExportSummary;
  /** The key that sealed it: whoever has no other word for it should compare it. */
  readonly publicKey?: string;
  readonly firstBad?: ExportBad;
}

export interface VerifyExportOptions {
  readonly isSigned: (signed: Signed) => boolean | Promise<boolean>;
  /** Base64 of the SPKI form of the only key to trust. @default the one in the file */
  readonly trustedKey?: string;
}

/** Reads the file once, from its beginning, and holds a hash per entry. */
export async function verifyExport(
  pieces: Pieces,
  options: VerifyExportOptions,
): Promise<ExportVerification> {
  const lines = new ExportLines(pieces);
  const check = new ExportCheck(lines, options);
  try {
    return check.result(await check.run());
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return check.result(check.unreadable());
  } finally {
    await lines.close();
  }
}

/** Thrown where the file ends too early. */
class CutOff extends Unreadable {}

class ExportCheck {
  readonly #lines: ExportLines;
  readonly #options: VerifyExportOptions;
  readonly #actors = new Set<string>();
  readonly #checkpoints: { checkpoint: ExportedCheckpoint; line: number }[] =
    [];
  #summary?: ExportSummary;
  #entries?: ExportedEntries;
  #seal?: Seal;
  #section?: Section;
  #cutOff = false;
  #bad?: ExportBad;

  constructor(lines: ExportLines, options: VerifyExportOptions) {
    this.#lines = lines;
    this.#options = options;
  }

  async run(): Promise<ExportBad | undefined> {
    const summary = this.#summary = readSummary(await this.#line());
    const entries = this.#entries = new ExportedEntries(summary);
    await this.#each("actors", (text) => this.#addActor(readActor(text).actor));
    await this.#each("entries", (text) => {
      const bad = entries.add(readEntry(text), this.#lines.number);
      if (bad) this.#note(bad);
    });
    await this.#each("checkpoints", (text) => {
      const checkpoint = readCheckpoint(text);
      this.#checkpoints.push({ checkpoint, line: this.#lines.number });
    });
    this.#section = undefined;
    const seal = this.#seal = readSeal(await this.#line());
    if (!await this.#lines.atEnd()) throw new Unreadable("more after the end");
    return await this.#judge(summary, entries, seal);
  }

  /** What is wrong when a line cannot be read: the entry that should be there, if one should. */
  unreadable(): ExportBad {
    const { number: line } = this.#lines;
    const count = this.#entries?.count ?? 0;
    const wanted = this.#summary?.count ?? 0;
    // An entry before it whose hash does not fit is the first.
    const doubtful = this.#bad ?? this.#entries?.doubt();
    if (doubtful) return doubtful;
    const inside = this.#section === "entries" || this.#cutOff;
    const offset = inside && count < wanted ? count + 1 : null;
    return { offset, line, reason: this.#cutOff ? "truncated" : "unreadable" };
  }

  result(firstBad: ExportBad | undefined): ExportVerification {
    const last = this.#checkpoints.at(-1)?.checkpoint;
    return {
      ok: firstBad === undefined,
      count: this.#entries?.count ?? 0,
      erased: this.#entries?.erased ?? 0,
      checkpoints: this.#checkpoints.length,
      checkpointedOffset: last?.head.offset ?? 0,
      ...this.#summary && { summary: this.#summary },
      ...this.#seal && { publicKey: this.#seal.publicKey },
      ...firstBad && { firstBad },
    };
  }

  /** Entries first: that one was altered says more than that the whole was. */
  async #judge(
    summary: ExportSummary,
    entries: ExportedEntries,
    seal: Seal,
  ): Promise<ExportBad | undefined> {
    const { isSigned, trustedKey } = this.#options;
    const { publicKey, signature, statement } = seal;
    const { number: line } = this.#lines;
    const sealed = await isSigned({
      text: sealedText(statement),
      publicKey,
      signature,
    });
    const chain = this.#bad ??
      entries.end(sealed ? statement : summary, sealed);
    if (chain) return chain;
    if (summaryLine(summary) !== summaryLine(statement)) {
      return { offset: null, line, reason: "bad_seal" };
    }
    for (const actor of this.#actors) {
      if (!entries.actors.has(actor)) {
        return { offset: null, line: 2, reason: "bad_actor" };
      }
    }
    const checkpoint = await this.#checkCheckpoints(entries, publicKey);
    if (checkpoint) return checkpoint;
    if (!sealed) return { offset: null, line, reason: "bad_seal" };
    if (this.#lines.hashBefore() !== statement.sha256) {
      return { offset: null, line, reason: "altered_file" };
    }
    if (publicKey !== (trustedKey ?? publicKey)) {
      return { offset: null, line, reason: "strange_key" };
    }
  }

  async #checkCheckpoints(
    entries: ExportedEntries,
    publicKey: string,
  ): Promise<ExportBad | undefined> {
    let before = 0;
    for (const { checkpoint, line } of this.#checkpoints) {
      const { head, statement, signature } = checkpoint;
      const whole = entries.isHead(head) &&
        statement.number > before &&
        checkpoint.publicKey === publicKey &&
        holdsHead(statement, checkpoint) &&
        await this.#options.isSigned({
          text: statementText(statement),
          publicKey,
          signature,
        });
      if (!whole) {
        return { offset: head.offset, line, reason: "bad_checkpoint" };
      }
      before = statement.number;
    }
  }

  #addActor(actor: string): void {
    if (this.#actors.has(actor)) {
      this.#note({
        offset: null,
        line: this.#lines.number,
        reason: "bad_actor",
      });
    }
    this.#actors.add(actor);
  }

  /** Nothing behind the first bad line is checked: it could only say less. */
  #note(bad: ExportBad): never {
    this.#bad = bad;
    throw new Unreadable(bad.reason);
  }

  async #each(section: Section, take: (text: string) => void): Promise<void> {
    if (await this.#line() !== sectionStart(section)) {
      throw new Unreadable(`not the start of ${section}`);
    }
    this.#section = section;
    let more: boolean | undefined;
    for (;;) {
      const line = await this.#line();
      // After a comma another item has to come, and without one none may.
      if (line === SECTION_END && more !== true) return;
      if (more === false) throw new Unreadable("no comma between items");
      more = line.endsWith(",");
      take(more ? line.slice(0, -1) : line);
    }
  }

  async #line(): Promise<string> {
    const line = await this.#lines.next();
    if (line !== undefined) return line;
    this.#cutOff = true;
    throw new CutOff("the file ends too early");
  }
}
