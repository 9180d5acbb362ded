/** The decisions of a session as its room lists them: each with who leads, kept current by what is heard. */
import type { RecordedEvent } from "../domain/decider.ts";
import { DECISION_ANALYSIS_RESULT } from "../domain/decisions/live/events.ts";
import { listOf, numberOf, recordOf, textOf } from "../domain/read_json.ts";
import type { Incoming } from "../realtime/client/wire.ts";

export interface DecisionSummary {
  readonly decisionId: string;
  readonly title: string;
  readonly status: "open" | "closed";
  /** Labels by id: signals name leaders by id alone. */
  readonly labels: Readonly<Record<string, string>>;
  /** Ids of those with rank 1; none while there is no ranking. */
  readonly leaders: readonly string[];
  /** Why there is none. */
  readonly state: "ready" | "incomplete" | "impossible" | "hidden";
  readonly chosen: string | null;
}

/** Folds an entry of the session's channel in; what is about no decision changes nothing. */
export function withDecisionEntry(
  list: readonly DecisionSummary[],
  { type, v, body }: RecordedEvent,
): readonly DecisionSummary[] {
  const decisionId = textOf(body?.decisionId);
  if (
    type !== DECISION_ANALYSIS_RESULT || v !== 1 || !body || decisionId === null
  ) return list;
  const labels = labelsIn(body);
  const change = (changed: Partial<DecisionSummary>) =>
    list.map((one) =>
      one.decisionId === decisionId ? { ...one, ...changed } : one
    );
  switch (body.event) {
    case "decision_opened": {
      const isKnown = list.some((one) => one.decisionId === decisionId);
      if (isKnown) return list;
      return [{
        decisionId,
        title: textOf(body.title) ?? "",
        status: "open",
        labels,
        leaders: [],
        state: body.blind === true ? "hidden" : "incomplete",
        chosen: null,
      }, ...list];
    }
    case "decision_changed":
      return change({ title: textOf(body.title) ?? "", labels });
    case "decision_closed": {
      const analysis = recordOf(body.analysis);
      return list.map((one) =>
        one.decisionId !== decisionId ? one : {
          ...one,
          status: "closed",
          chosen: textOf(body.chosen),
          state: analysis ? "ready" : "incomplete",
          leaders: analysis
            ? leadersOf(Object.keys(one.labels), analysis.ranks)
            : [],
        }
      );
    }
    default:
      return list;
  }
}

/** Takes what is told of an analysis as it changes (`analysis_updated`). */
export function withDecisionSignal(
  list: readonly DecisionSummary[],
  { type, payload }: Incoming,
): readonly DecisionSummary[] {
  if (
    type !== DECISION_ANALYSIS_RESULT || payload.event !== "analysis_updated"
  ) return list;
  const told = recordOf(JSON.parse(JSON.stringify(payload))) ?? {};
  const state = STATES.find((one) => one === told.state) ?? "incomplete";
  const ids = listOf(told.alternatives).map((id) => textOf(id) ?? "");
  return list.map((one) =>
    one.decisionId === told.decisionId && one.status === "open"
      ? { ...one, state, leaders: leadersOf(ids, told.ranks) }
      : one
  );
}

const STATES = ["ready", "incomplete", "impossible"] as const;

function leadersOf(
  ids: readonly string[],
  ranks: Parameters<typeof listOf>[0],
): readonly string[] {
  const found = listOf(ranks).map(numberOf);
  return ids.filter((_, i) => found[i] === 1);
}

function labelsIn(
  body: NonNullable<RecordedEvent["body"]>,
): DecisionSummary["labels"] {
  return Object.fromEntries(
    listOf(body.alternatives).flatMap((one) => {
      const record = recordOf(one);
      const id = textOf(record?.id);
      return id === null ? [] : [[id, textOf(record?.label) ?? id]];
    }),
  );
}

/** `Beta leads`, `Chosen: Beta`, or why nobody does. */
export function summaryWords(
  { status, labels, leaders, state, chosen }: DecisionSummary,
): string {
  const label = (id: string) => Object.hasOwn(labels, id) ? labels[id] : id;
  if (status === "closed") {
    return chosen === null
      ? "Closed without a choice"
      : `Chosen: ${label(chosen)}`;
  }
  if (state === "hidden") return "Blind: hidden until the scores are revealed";
  if (state === "impossible") return "Its method cannot read the scores";
  if (leaders.length === 0) return "Scores are missing";
  const names = leaders.map(label).join(", ");
  return leaders.length === 1 ? `${names} leads` : `${names} share the lead`;
}
