/** Two texts of a rule compared: word by word, and which fields are other. */
import { fieldsOf, type RuleField } from "../../islands/rule_fields.ts";
import type { Rule } from "../../domain/rules/rule.ts";

export interface Piece {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

/** Words compared at most, on each side: beyond that the whole middle is exchanged. */
const MAX_WORDS = 1_500;

/**
 * The longest common subsequence of words, what differs around it, so that the pieces that
 * are not new make the old text and those that are not gone the new one.
 */
export function diffWords(before: string, after: string): readonly Piece[] {
  const [old, next] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (
    start < old.length && start < next.length && old[start] === next[start]
  ) {
    start++;
  }
  let end = 0;
  while (
    end < old.length - start && end < next.length - start &&
    old[old.length - 1 - end] === next[next.length - 1 - end]
  ) end++;
  const middle = between(
    old.slice(start, old.length - end),
    next.slice(start, next.length - end),
  );
  return joined([
    ...old.slice(0, start).map(same),
    ...middle,
    ...old.slice(old.length - end).map(same),
  ]);
}

export interface FieldChange {
  readonly field: RuleField;
  readonly before: string;
  readonly after: string;
}

/** Fields that differ, in the order of the form; a rule that was not there has empty ones. */
export function changedFields(
  before: Rule | undefined,
  after: Rule,
): readonly FieldChange[] {
  const old: Readonly<Partial<Record<RuleField, string>>> = before
    ? fieldsOf(before)
    : {};
  const entries = Object.entries(fieldsOf(after));
  const names: readonly RuleField[] = [
    "name",
    "when",
    "riskLevel",
    "score",
    "message",
    "description",
    "priority",
    "type",
    "validFrom",
    "validUntil",
  ];
  const now = new Map(entries);
  return names.map((field) => ({
    field,
    before: old[field] ?? "",
    after: now.get(field) ?? "",
  })).filter((change) => change.before !== change.after);
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

function between(
  old: readonly string[],
  next: readonly string[],
): readonly Piece[] {
  if (old.length > MAX_WORDS || next.length > MAX_WORDS) {
    return [...old.map(gone), ...next.map(fresh)];
  }
  const width = next.length + 1;
  // lengths[i * width + j]: the longest common subsequence behind i and j.
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = next.length - 1; j >= 0; j--) {
      lengths[i * width + j] = old[i] === next[j]
        ? lengths[(i + 1) * width + j + 1] + 1
        : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < next.length) {
    if (old[i] === next[j]) {
      pieces.push(same(old[i]));
      i++;
      j++;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
      pieces.push(gone(old[i++]));
    } else pieces.push(fresh(next[j++]));
  }
  return [...pieces, ...old.slice(i).map(gone), ...next.slice(j).map(fresh)];
}

/** Neighbours of one kind are one piece; what is gone stands before what is new. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const made: { kind: Piece["kind"]; text: string }[] = [];
  for (const { kind, text } of pieces) {
    const last = made.at(-1);
    const before = made.at(-2);
    if (last?.kind === kind) last.text += text;
    else if (
      kind === "gone" && last?.kind === "new" && before?.kind === "gone"
    ) {
      before.text += text;
    } else if (kind === "gone" && last?.kind === "new") {
      made.splice(-1, 0, { kind, text });
    } else made.push({ kind, text });
  }
  return made;
}

function same(text: string): Piece {
  return { kind: "same", text };
}

function gone(text: string): Piece {
  return { kind: "gone", text };
}

function fresh(text: string): Piece {
  return { kind: "new", text };
}
