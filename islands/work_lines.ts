/** Lines of the timeline that tell of work done in a session: decisions, analyses, evaluations, feedback, jobs. */
import type { RecordedEvent } from "../domain/decider.ts";
import { jobKindName } from "../domain/jobs/kind_words.ts";
import { sessionIdOf } from "../domain/sessions/session.ts";

export interface WorkLine {
  readonly offset: number;
  /** Offset of the last entry it tells of. */
  readonly last: number;
  readonly at: number;
  readonly event: WorkEvent;
  /** Of the decision, analysis, evaluation, alert or job. */
  readonly workId: string;
  /** Where it is shown, for what has a page of its own. */
  readonly href: string | undefined;
  readonly userId: string | null;
  readonly name: string | null;
  /** What was done, between who and to what. */
  readonly says: string;
  readonly title: string | null;
}

/** Known events; the others are for a newer build to tell. */
const SAYS = {
  decision_opened: "opened a decision:",
  decision_changed: "changed",
  weights_changed: "moved weights in",
  scores_given: "scored in",
  scores_revealed: "revealed the scores of",
  decision_closed: "closed",
  analysis_recorded: "ran an analysis:",
  rules_evaluated: "evaluated rules:",
  alert_raised: "raised",
  alert_repeated: "reported again",
  alert_acknowledged: "acknowledged",
  alert_assigned: "assigned",
  alert_snoozed: "put off",
  alert_woken: "brought back",
  alert_escalated: "escalated",
  alert_noted: "wrote a note on",
  alert_resolved: "resolved",
  feedback_given: "gave feedback:",
  job_submitted: "submitted a job:",
  job_done: "finished a job:",
  job_failed: "could not finish a job:",
  job_dead: "gave up a job:",
  job_cancelled: "cancelled a job:",
} as const;
type WorkEvent = keyof typeof SAYS;

/** Saved often while somebody works on them: told once for as long as they go on. */
const REPEATED: readonly WorkEvent[] = [
  "scores_given",
  "weights_changed",
  "decision_changed",
  "alert_repeated",
  "alert_noted",
  "job_failed",
];

/** What an entry says of work; undefined for any other. */
export function workLineOf(event: RecordedEvent): WorkLine | undefined {
  const { body, v, offset, at, sender } = event;
  if (body === null || v !== 1 || !isWork(body.event)) return undefined;
  const decisionId = text(body.decisionId);
  const alertId = text(body.alertId);
  const analysisId = text(body.analysisId);
  const evaluationId = text(body.evaluationId);
  const jobId = text(body.jobId);
  return {
    offset,
    last: offset,
    at,
    event: body.event,
    workId: decisionId ?? alertId ?? analysisId ?? evaluationId ??
      jobId ?? "",
    href: decisionId
      ? `/decisions/${decisionId}`
      : alertId
      ? `/alerts?open=${alertId}`
      : analysisId
      ? `/sessions/${sessionIdOf(event.channel)}/analyses/${analysisId}`
      : evaluationId
      ? `/sessions/${sessionIdOf(event.channel)}/evaluations/${evaluationId}`
      : jobId
      ? `/jobs/${jobId}`
      : undefined,
    userId: sender,
    name: text(body.name) ?? text(body.byName) ??
      (sender === "regulens" ? "Regulens" : sender),
    says: SAYS[body.event],
    title: text(body.title) ?? text(body.recommendation) ??
      text(body.method) ?? text(body.outcome) ??
      (jobId ? jobKindName(text(body.jobType)) : null),
  };
}

/** One line for the same person going on with the same; undefined for anything else. */
export function joinedWork(
  before: WorkLine,
  line: WorkLine,
): WorkLine | undefined {
  const isSame = before.workId === line.workId &&
    before.event === line.event && before.userId === line.userId;
  return isSame && REPEATED.includes(line.event)
    ? { ...line, offset: before.offset }
    : undefined;
}

function isWork(event: string): event is WorkEvent {
  return Object.hasOwn(SAYS, event);
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
