/** Words for finished work: analyses, evaluations, jobs. */
import { jobKindName } from "../jobs/kind_words.ts";
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
  job_done: ["success", "finished"],
  job_failed: ["medium", "failed"],
  job_dead: ["high", "was given up"],
  job_cancelled: ["info", "was cancelled"],
};

/** Of a job that ended, as its submitter is told on their own channel. */
export function jobUpdate(body: Body): Words | undefined {
  const event = text(body.event) ?? "";
  if (!Object.hasOwn(ENDINGS, event)) return undefined;
  const [severity, ending] = ENDINGS[event];
  const jobId = text(body.jobId);
  const about = text(body.about);
  const jobType = text(body.jobType);
  const isBacktest = jobType === "rules.backtest";
  const reason = text(body.error);
  const title = `${jobKindName(jobType)} ${ending}`;
  return {
    severity,
    title: reason === undefined ? title : `${title}: ${reason}`,
    body: isBacktest && about !== undefined ? `Rule ${about}.` : "",
    href: jobPath({ jobId, about: isBacktest ? about : undefined }),
    dedupeKey: jobId && `job:${jobId}`,
  };
}

/** Where a job is shown: a backtest beside its rule, any other on a page of its own. */
function jobPath(
  { jobId, about }: { readonly jobId?: string; readonly about?: string },
): string {
  if (jobId === undefined) return "/jobs";
  const id = encodeURIComponent(jobId);
  return about === undefined
    ? `/jobs/${id}`
    : `/rules/${encodeURIComponent(about)}?job=${id}#backtest`;
}
