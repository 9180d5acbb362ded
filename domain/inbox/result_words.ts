/** Words for finished work: analyses, evaluations, jobs. */
import { isRecord } from "./events.ts";
import {
  type Body,
  sessionOf,
  sessionPath,
  type Severity,
  text,
  type Told,
  type Words,
} from "./words.ts";

/** Of an analysis that somebody ran; that a decision goes on is seen on its page. */
export function analysisResult(body: Body, told: Told): Words | undefined {
  if (body.event !== undefined && body.event !== "analysis_recorded") {
    return undefined;
  }
  const method = text(body.method);
  const winner = text(body.winner) ?? text(body.best) ?? leaderOf(body);
  return {
    severity: "success",
    title: text(body.title) ?? "Analysis finished",
    body: winner
      ? `${winner} leads${method ? ` by ${method}` : ""}.`
      : method ?? "",
    href: sessionPath(body.sessionId ?? sessionOf(told), "/decisions"),
  };
}

/** The name of the one that ranks first, where it has a name and stands alone. */
function leaderOf({ ranks, alternatives }: Body): string | undefined {
  if (!Array.isArray(ranks) || !Array.isArray(alternatives)) return undefined;
  const first = ranks.indexOf(1);
  return ranks.lastIndexOf(1) === first ? text(alternatives[first]) : undefined;
}

const RECOMMENDATIONS: Readonly<
  Record<string, readonly [Severity, string]>
> = {
  APPROVE: ["success", "Rules: approve"],
  REVIEW: ["medium", "Rules: review needed"],
  BLOCK: ["high", "Rules: block"],
};

/** Of an evaluation; that rules are drafted and published is seen on their page. */
export function evaluationResult(body: Body, told: Told): Words | undefined {
  if (body.event !== undefined && body.event !== "rules_evaluated") {
    return undefined;
  }
  const recommendation = text(body.recommendation) ?? "";
  const [severity, title] = Object.hasOwn(RECOMMENDATIONS, recommendation)
    ? RECOMMENDATIONS[recommendation]
    : ["info" as const, "Rules evaluated"];
  const { riskScore } = body;
  return {
    severity,
    title,
    body: typeof riskScore === "number"
      ? `Risk score ${riskScore.toFixed(2)}.`
      : "",
    href: sessionPath(body.sessionId ?? sessionOf(told), "/rules"),
  };
}

const ENDINGS: Readonly<Record<string, readonly [Severity, string]>> = {
  done: ["success", "Job done"],
  failed: ["medium", "Job failed"],
  dead: ["high", "Job given up"],
};

export function jobUpdate(body: Body): Words | undefined {
  const job = isRecord(body.job) ? { ...body, ...body.job } : body;
  const state = text(job.state) ?? text(job.status) ??
    text(body.event)?.replace(/^job_/, "") ?? "";
  if (!Object.hasOwn(ENDINGS, state)) return undefined;
  const [severity, title] = ENDINGS[state];
  const kind = text(job.title) ?? text(job.jobType) ?? text(job.type) ?? "";
  const reason = text(job.error) ?? text(job.message);
  return {
    severity,
    title,
    body: [kind, reason].filter(Boolean).join(": "),
    href: "/jobs",
  };
}
