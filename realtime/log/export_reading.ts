/** Reads the lines of an export: each has one text for what it says, and any other is refused. */
import type { Json } from "../json.ts";
import { canonical } from "./canonical.ts";
import {
  actorText,
  checkpointText,
  entryText,
  EXPORT_FORMAT,
  EXPORT_KIND,
  type ExportedActor,
  type ExportedCheckpoint,
  type ExportedEntry,
  type ExportSummary,
  type Seal,
  sealLine,
  summaryLine,
} from "./export_format.ts";
import { isHash } from "./merkle.ts";

/** A line that is not one of an export of a version we know. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

type Fields = { readonly [key: string]: Json };

/** @throws {Unreadable} */
export function readSummary(line: string): ExportSummary {
  const summary = summaryIn(fields(parsed(`${line.slice(0, -1)}}`).summary));
  return same(line, summaryLine(summary), summary);
}

/** @throws {Unreadable} */
export function readActor(text: string): ExportedActor {
  const value = parsed(text);
  const actor = {
    actor: textIn(value, "actor"),
    userId: textIn(value, "userId"),
  };
  return same(text, actorText(actor), actor);
}

/** @throws {Unreadable} */
export function readEntry(text: string): ExportedEntry {
  const value = parsed(text);
  const header = fields(value.header);
  const salt = value.salt === null ? null : bytesIn(value, "salt");
  const entry = {
    record: {
      epoch: textIn(header, "epoch"),
      channel: textIn(header, "channel"),
      offset: wholeIn(header, "offset"),
      at: numberIn(header, "at"),
      actor: textIn(header, "actor"),
      type: textIn(header, "type"),
      v: numberIn(header, "v"),
      subject: textIn(header, "subject"),
      messageId: header.messageId === null ? null : textIn(header, "messageId"),
      bodyHash: hashIn(header, "bodyHash"),
      salt,
      bodyText: salt === null ? null : plain(value.body),
      hash: hashIn(value, "hash"),
    },
    proof: hashesIn(value, "proof"),
  };
  return same(text, entryText(entry), entry);
}

/** @throws {Unreadable} */
export function readCheckpoint(text: string): ExportedCheckpoint {
  const value = parsed(text);
  const head = fields(value.head);
  const statement = fields(value.statement);
  if (statement.format !== 2) throw new Unreadable("another format");
  const checkpoint = {
    head: {
      channel: textIn(head, "channel"),
      hash: hashIn(head, "hash"),
      offset: wholeIn(head, "offset"),
    },
    index: wholeIn(value, "index"),
    proof: hashesIn(value, "proof"),
    publicKey: base64In(value, "publicKey"),
    signature: base64In(value, "signature"),
    statement: {
      at: numberIn(statement, "at"),
      epoch: textIn(statement, "epoch"),
      format: 2 as const,
      headCount: wholeIn(statement, "headCount"),
      headsRoot: hashIn(statement, "headsRoot"),
      number: wholeIn(statement, "number"),
      previous: hashIn(statement, "previous"),
    },
  };
  return same(text, checkpointText(checkpoint), checkpoint);
}

/** @throws {Unreadable} */
export function readSeal(line: string): Seal {
  const value = fields(parsed(`{${line}`).seal);
  const statement = fields(value.statement);
  const seal = {
    publicKey: base64In(value, "publicKey"),
    signature: base64In(value, "signature"),
    statement: {
      ...summaryIn(statement),
      sha256: hashIn(statement, "sha256"),
    },
  };
  return same(line, sealLine(seal), seal);
}

function summaryIn(value: Fields): ExportSummary {
  if (value.format !== EXPORT_FORMAT || value.kind !== EXPORT_KIND) {
    throw new Unreadable("not an export of a version known here");
  }
  return {
    at: numberIn(value, "at"),
    channel: textIn(value, "channel"),
    count: wholeIn(value, "count"),
    epoch: textIn(value, "epoch"),
    head: hashIn(value, "head"),
    root: hashIn(value, "root"),
  };
}

/** What was read means the line only if it gives the same line again. */
function same<Value>(line: string, again: string, value: Value): Value {
  if (line !== again) throw new Unreadable("not the one text of what it says");
  return value;
}

function parsed(text: string): Fields {
  try {
    return fields(JSON.parse(text));
  } catch (cause) {
    throw new Unreadable("not JSON", { cause });
  }
}

function plain(value: Json): string {
  try {
    return canonical(value);
  } catch (cause) {
    throw new Unreadable("a body without a canonical text", { cause });
  }
}

function fields(value: Json | undefined): Fields {
  if (isFields(value)) return value;
  throw new Unreadable("no object where one is expected");
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textIn(value: Fields, key: string): string {
  const text = value[key];
  if (typeof text === "string" && text.isWellFormed()) return text;
  throw new Unreadable(`no text under ${key}`);
}

function hashIn(value: Fields, key: string): string {
  const text = textIn(value, key);
  if (isHash(text)) return text;
  throw new Unreadable(`no hash under ${key}`);
}

function hashesIn(value: Fields, key: string): string[] {
  const list = value[key];
  if (!Array.isArray(list)) throw new Unreadable(`no list under ${key}`);
  return list.map((_, i) => hashIn({ [key]: list[i] }, key));
}

function bytesIn(value: Fields, key: string): Uint8Array {
  try {
    return Uint8Array.fromHex(textIn(value, key));
  } catch (cause) {
    throw new Unreadable(`no bytes under ${key}`, { cause });
  }
}

/** The unused bits at the end of base64 are another text of the same bytes: they must be 0. */
function base64In(value: Fields, key: string): string {
  const text = textIn(value, key);
  try {
    if (Uint8Array.fromBase64(text).toBase64() === text) return text;
  } catch {
    // Told below.
  }
  throw new Unreadable(`no base64 under ${key}`);
}

function numberIn(value: Fields, key: string): number {
  const number = value[key];
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new Unreadable(`no number under ${key}`);
}

function wholeIn(value: Fields, key: string): number {
  const number = numberIn(value, key);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Unreadable(`no whole number under ${key}`);
}
