/** The decisions of a session for its room: the newest, each with who leads. */
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import { recordOf, textOf } from "../../domain/read_json.ts";
import type { DecisionSummary } from "../../islands/decision_panel.ts";
import { figuresOf } from "../../islands/decision_engine.ts";
import type { User } from "../../realtime/user.ts";
import { DecisionReading, type DecisionSources } from "../decision_reading.ts";

/** A room lists so many; the list of decisions has them all. */
const MAX_LISTED = 10;

/** Newest first; none of a session that the user may not see. */
export async function readDecisionPanel(
  sources: DecisionSources,
  user: User,
  sessionId: string,
): Promise<readonly DecisionSummary[]> {
  const reading = new DecisionReading(sources);
  const { items } = await reading.list(user, { limit: MAX_LISTED, sessionId });
  const ids = items.flatMap((row) => textOf(recordOf(row)?.decisionId) ?? []);
  return await Promise.all(ids.map(async (id) => {
    const { decision } = await reading.read(user, id);
    return decisionSummary(decision);
  }));
}

export function decisionSummary(decision: LiveDecision): DecisionSummary {
  const { decisionId, title, status, alternatives, chosen } = decision;
  const { state, ranks } = figuresOf(decision, { flips: false });
  return {
    decisionId,
    title,
    status,
    labels: Object.fromEntries(
      alternatives.map(({ id, label }) => [id, label]),
    ),
    leaders: alternatives.flatMap(({ id }, i) => ranks[i] === 1 ? [id] : []),
    state: decision.revealed ? state : "hidden",
    chosen,
  };
}
