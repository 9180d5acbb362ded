/** Revealing sealed scores: every sheet, in parts that each fit one entry. */
import type { DomainEvent } from "../../decider.ts";
import { inParts } from "../../in_parts.ts";
import {
  type RevealedSheet,
  type Scores,
  scoresJson,
  scoresRevealed,
} from "./events.ts";
import type { LiveDecision } from "./live_decision.ts";
import type { SealedSheets } from "./sealed.ts";

/** UTF-16 units of scores in one entry: well below what one connection may hold unsent. */
const MAX_PART_LENGTH = 32 * 1024;
/** What goes around the scores of one sheet: user id, name, salt. */
const SHEET_LENGTH = 512;

/** The entries that show everyone's scores; one even where nobody gave any. */
export function revealing(
  state: LiveDecision,
  sealed: SealedSheets,
): readonly DomainEvent[] {
  const pieces: RevealedSheet[] = [];
  for (const userId of state.sheets.keys()) {
    const sheet = sealed.get(userId);
    if (sheet === undefined) {
      // A fault of ours: sheet and commitment are committed together.
      throw new Error(`Cannot reveal ${state.decisionId}: a sheet is missing`);
    }
    for (const scores of piecesOf(sheet.scores)) {
      pieces.push({ ...sheet, scores });
    }
  }
  const parts = inParts(
    pieces,
    ({ scores }) => lengthOf(scores) + SHEET_LENGTH,
    MAX_PART_LENGTH,
  );
  return parts.map((sheets, index) =>
    scoresRevealed(state.decisionId, {
      part: index + 1,
      parts: parts.length,
      sheets,
    })
  );
}

/** A sheet by alternatives, as many to a piece as fit; it has at least one. */
function piecesOf(scores: Scores): readonly Scores[] {
  return inParts(
    Object.entries(scores),
    ([alternativeId, row]) => lengthOf({ [alternativeId]: row }),
    MAX_PART_LENGTH - SHEET_LENGTH,
  ).map((rows) => Object.fromEntries(rows));
}

function lengthOf(scores: Scores): number {
  return JSON.stringify(scoresJson(scores)).length;
}
