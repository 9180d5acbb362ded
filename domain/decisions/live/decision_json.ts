/** A live decision as it is shown: what is still secret is not in it, whoever asks. */
import type { Json } from "../../decider.ts";
import { analysisJson, analysisOf, type LiveAnalysis } from "./analysis.ts";
import { scoresJson, settingsJson } from "./events.ts";
import type { LiveDecision } from "./live_decision.ts";

/** Everything a reader of the channel may see; times in ms since 1970. */
export function decisionJson(decision: LiveDecision) {
  const analysis = analysisOf(decision);
  return {
    id: decision.decisionId,
    decisionId: decision.decisionId,
    sessionId: decision.sessionId,
    status: decision.status,
    ...settingsJson(decision),
    template: decision.template,
    blind: decision.blind,
    revealed: decision.revealed,
    openedBy: decision.openedBy,
    openedByName: decision.openedByName,
    openedAt: decision.openedAt,
    closedAt: decision.closedAt,
    changedAt: decision.changedAt,
    sheets: [...decision.sheets].map(([userId, sheet]) => ({
      userId,
      ...sheet,
      scores: sheet.scores && scoresJson(sheet.scores),
    })),
    ...aggregateJson(analysis),
    analysis: decision.status === "closed"
      ? decision.analysis
      : analysisJson(analysis, Infinity),
    chosen: decision.chosen,
    reason: decision.reason,
  } satisfies Json;
}

/** UTF-16 units of a decision that a command answers with: it is kept beside its messageId. */
const MAX_ANSWER = 48 * 1024;

/** As commands answer it: of a large one, scores and analysis are left to be read. */
export function answeredJson(decision: LiveDecision): Json {
  const whole = decisionJson(decision);
  if (JSON.stringify(whole).length <= MAX_ANSWER) return whole;
  const sheets = whole.sheets.map((sheet) => ({ ...sheet, scores: null }));
  return { ...whole, sheets, cells: null, analysis: null };
}

/** Each cell's value and spread, and why there is no analysis where there is none. */
export function aggregateJson(analysis: LiveAnalysis) {
  const { cells, missing } = analysis.aggregate;
  return {
    cells: cells.map((row) => row.map((cell) => ({ ...cell }))),
    missing,
    state: analysis.state,
    mistakes: analysis.state === "impossible" ? analysis.mistakes : [],
  } satisfies Json;
}
