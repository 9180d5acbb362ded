/** The sealed scores of a blind decision: kept in a channel of the server's own until the reveal. */
import type { Area, RecordedEvent } from "../../decider.ts";
import { textOf } from "../../read_json.ts";
import { DECISION_ANALYSIS_RESULT, type RevealedSheet } from "./events.ts";
import { readScores } from "./read_events.ts";

/** The latest sheet of each, by user id. */
export type SealedSheets = ReadonlyMap<string, RevealedSheet>;

export const SEALED_SHEETS_SUBJECT = "sheets";

export function sealedSheetsChannel(decisionId: string): string {
  return `sealed:decision.${decisionId}`;
}

/** Only folds: it is written along with the decision's own entries. */
export const sealedSheets: Area<SealedSheets, never> = {
  name: "sealed_sheets",
  initial: () => new Map(),
  evolve,
  decide: () => [],
};

function evolve(
  state: SealedSheets,
  { type, v, body }: RecordedEvent,
): SealedSheets {
  if (type !== DECISION_ANALYSIS_RESULT || v !== 1 || body === null) {
    return state;
  }
  const userId = textOf(body.userId);
  const salt = textOf(body.salt);
  if (body.event !== "sheet_sealed" || userId === null || salt === null) {
    return state;
  }
  const name = textOf(body.name) ?? userId;
  const scores = readScores(body.scores);
  return new Map(state).set(userId, { userId, name, scores, salt });
}
