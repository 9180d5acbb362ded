/** Weights while they are dragged: everyone sees the ranking move, nothing is kept. */
import type { SignalDeclaration } from "../../decider.ts";
import { Refusal } from "../../refusal.ts";
import {
  decisionChannel,
  decisions,
  decisionSubject,
  surroundings,
} from "./decision_commands.ts";
import { weightsAfter } from "./checks.ts";
import { demandSight, hasVoice } from "../../sessions/voice.ts";
import type { DecisionSurroundings } from "./decide.ts";
import { DECISION_ANALYSIS_RESULT, type WeightsById } from "./events.ts";
import { SetWeights } from "./live_input.ts";
import type { DecisionState } from "./live_decision.ts";

export const dragWeights: SignalDeclaration<
  {
    readonly decisionId: string;
    readonly sessionId?: string;
    readonly weights: WeightsById;
  },
  DecisionState,
  DecisionSurroundings
> = {
  name: "drag_weights",
  input: SetWeights,
  place: ({ sessionId, decisionId }) => ({
    area: decisions,
    channel: decisionChannel(sessionId),
    subject: decisionSubject(decisionId),
  }),
  also: ({ sessionId, decisionId }) => surroundings(sessionId, decisionId),
  signal: (state, { decisionId, weights }, { user, also: { session } }) => {
    demandSight(session, user);
    if (state.status === "none") throw new Refusal("decision_not_found");
    if (state.status === "closed") throw new Refusal("decision_closed");
    if (session?.status === "closed") throw new Refusal("session_closed");
    if (!hasVoice(user, session)) throw new Refusal("not_allowed");
    weightsAfter(state, weights);
    const { userId, name } = user;
    return {
      type: DECISION_ANALYSIS_RESULT,
      key: `weights:${decisionId}`,
      payload: { event: "weights_dragged", decisionId, weights, userId, name },
    };
  },
};
