/**
 * The file of an export, version 1: one JSON document whose every line has exactly one text.
 *
 *     {"summary":{…},
 *     "actors":[
 *     {…},            one line each; entries, checkpoints likewise
 *     {…}
 *     ],
 *     "entries":[ … ],
 *     "checkpoints":[ … ],
 *     "seal":{…}}
 *
 * Objects are canonical JSON. The seal signs the summary and the hash of all bytes before it.
 */
import { canonical } from "./canonical.ts";
import {
  type CheckpointStatement,
  type ProvenHead,
  statementText,
} from "./checkpoint_statement.ts";
import { headerText, type Record } from "./record.ts";

export const EXPORT_FORMAT = 1;
/** Keeps a seal from passing for any other signed text. */
export const EXPORT_KIND = "regulens_audit_export";

export const SECTIONS = ["actors", "entries", "checkpoints"] as const;
export type Section = typeof SECTIONS[number];

/** What the export is of. Its root and head cover every entry. */
export interface ExportSummary {
  /** When it was made, ms since 1970. */
  readonly at: number;
  readonly channel: string;
  /** Entries; they are 1, 2, 3 … `count`. */
  readonly count: number;
  readonly epoch: string;
  /** Hash of the last entry; 64 zeros when there is none. */
  readonly head: string;
  /** RFC 6962 root over the hashes of the entries, as bytes. */
  readonly root: string;
}

/** Who is behind an actor id. Only in the file when asked for. */
export interface ExportedActor {
  readonly actor: string;
  readonly userId: string;
}

/** An entry, and its audit path to the root. */
export interface ExportedEntry {
  readonly record: Record;
  readonly proof: readonly string[];
}

/** A checkpoint of the log that signs for one head of this channel. */
export interface ExportedCheckpoint extends ProvenHead {
  readonly statement: CheckpointStatement;
  readonly publicKey: string;
  readonly signature: string;
}

export interface Seal {
  readonly statement: SealStatement;
  /** Base64 of the SPKI form. */
  readonly publicKey: string;
  /** Base64 of the Ed25519 signature of the canonical statement. */
  readonly signature: string;
}

export interface SealStatement extends ExportSummary {
  /** SHA-256 of every byte before the line of the seal. */
  readonly sha256: string;
}

export function sectionStart(section: Section): string {
  return `"${section}":[`;
}

export const SECTION_END = "],";

export function summaryLine(summary: ExportSummary): string {
  return `{"summary":${canonical(plainSummary(summary))},`;
}

export function sealLine({ publicKey, signature, statement }: Seal): string {
  const plain = plainStatement(statement);
  return `"seal":${canonical({ publicKey, signature, statement: plain })}}`;
}

/** The text that a seal signs. */
export function sealedText(statement: SealStatement): string {
  return canonical(plainStatement(statement));
}

export function actorText({ actor, userId }: ExportedActor): string {
  return canonical({ actor, userId });
}

/** Header and body have their canonical text already: sorting them again would cost most. */
export function entryText({ record, proof }: ExportedEntry): string {
  const { salt, bodyText, hash } = record;
  const body = salt === null ? "null" : bodyText;
  return `{"body":${body},"hash":"${hash}","header":${headerText(record)}` +
    `,"proof":${JSON.stringify(proof)}` +
    `,"salt":${salt === null ? "null" : `"${salt.toHex()}"`}}`;
}

export function checkpointText(
  { head, index, proof, publicKey, signature, statement }: ExportedCheckpoint,
): string {
  const { channel, hash, offset } = head;
  const plainHead = canonical({ channel, hash, offset });
  return `{"head":${plainHead},"index":${index}` +
    `,"proof":${JSON.stringify(proof)}` +
    `,"publicKey":${JSON.stringify(publicKey)}` +
    `,"signature":${JSON.stringify(signature)}` +
    `,"statement":${statementText(statement)}}`;
}

function plainStatement(statement: SealStatement) {
  return { ...plainSummary(statement), sha256: statement.sha256 };
}

function plainSummary(
  { at, channel, count, epoch, head, root }: ExportSummary,
) {
  const format = EXPORT_FORMAT;
  const kind = EXPORT_KIND;
  return { at, channel, count, epoch, format, head, kind, root };
}
