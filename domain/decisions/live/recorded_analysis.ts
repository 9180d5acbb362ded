/** An analysis run into a session: its input and result, kept as they were. */
import type {
  Area,
  CommandDeclaration,
  Context,
  DomainEvent,
  Json,
  RecordedEvent,
} from "../../decider.ts";
import { Refusal } from "../../refusal.ts";
import { sessionChannel, type SessionState } from "../../sessions/session.ts";
import { sessionPlace } from "../../sessions/session_place.ts";
import { demandOpenVoice } from "../../sessions/voice.ts";
import { type AnalysisInput, analyze } from "../analyze.ts";
import { inputJson, keptDetails, MAX_KEPT_ANALYSIS } from "./analysis.ts";
import { demandFits } from "./checks.ts";
import { DECISION_ANALYSIS_RESULT } from "./events.ts";
import { RunAnalysis } from "./live_input.ts";

/** The body of its one entry; null before. */
export type RecordedAnalysis = RecordedEvent["body"];

interface Command extends AnalysisInput {
  readonly id: string;
  readonly title: string | null;
  readonly alternatives: readonly string[];
  readonly criteria: readonly string[];
}

interface Surroundings {
  readonly session: SessionState;
}

export const recordedAnalyses: Area<RecordedAnalysis, Command, Surroundings> = {
  name: "analyses",
  initial: () => null,
  evolve: (state, { body }) =>
    body?.event === "analysis_recorded" ? body : state,
  decide,
};

function decide(
  state: RecordedAnalysis,
  { id, title, alternatives, criteria, ...input }: Command,
  { user, also: { session } }: Context<Surroundings>,
): readonly DomainEvent[] {
  demandOpenVoice(session, user);
  if (state !== null) throw new Refusal("already_recorded");
  const { scores, ranks, details } = analyze(input);
  const body = {
    event: "analysis_recorded",
    analysisId: id,
    title,
    alternatives,
    criteria,
    userId: user.userId,
    name: user.name,
    ...inputJson(input),
    scores,
    ranks,
    details: keptDetails(details, MAX_KEPT_ANALYSIS),
  };
  const events = [{ type: DECISION_ANALYSIS_RESULT, v: 1, body }];
  demandFits(events, "matrix");
  return events;
}

export const runAnalysis: CommandDeclaration<
  RunAnalysis,
  RecordedAnalysis,
  Command,
  Surroundings
> = {
  name: "run_analysis",
  summary: "Run a decision analysis into a session, and keep it there",
  input: RunAnalysis,
  role: "observer",
  http: {
    method: "POST",
    path: "/sessions/{sessionId}/analyses",
    status: 201,
  },
  area: recordedAnalyses,
  complete: (input, newId) => ({ ...input, id: input.id ?? newId() }),
  channel: ({ sessionId }) => sessionChannel(sessionId),
  subject: ({ id = "" }) => `analysis:${id}`,
  also: ({ sessionId }) => ({ session: sessionPlace(sessionId) }),
  command: ({ sessionId: _, id = "", title = null, ...input }) => ({
    ...input,
    id,
    title,
    alternatives: input.alternatives ?? [],
    criteria: input.criteria ?? [],
  }),
  result: (state): Json => state && { analysis: state },
};
