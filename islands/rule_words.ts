/** How states, levels and results of rules are shown: badge and word, one table for all rule pages. */
import type { RuleOutcome } from "../domain/rules/risk_score.ts";
import type { RiskLevel } from "../domain/rules/rule.ts";
import type { StatusName } from "./components/status.ts";

interface Look {
  readonly status: StatusName;
  readonly word: string;
}

export const RISK_LOOKS = {
  LOW: { status: "low", word: "Low" },
  MEDIUM: { status: "medium", word: "Medium" },
  HIGH: { status: "high", word: "High" },
  CRITICAL: { status: "critical", word: "Critical" },
} as const satisfies Readonly<Record<RiskLevel, Look>>;

export const STATE_LOOKS = {
  draft: { status: "pending", word: "Draft" },
  active: { status: "approved", word: "In use" },
  inactive: { status: "closed", word: "Not in use" },
} as const satisfies Readonly<Record<string, Look>>;

export const RESULT_LOOKS = {
  PASS: { status: "approved", word: "Does not fire" },
  FAIL: { status: "high", word: "Fires" },
  ERROR: { status: "failed", word: "No answer" },
  TIMEOUT: { status: "stale", word: "Takes too long" },
  SKIPPED: { status: "pending", word: "Not valid now" },
  ABSENT: { status: "pending", word: "Not in use" },
} as const satisfies Readonly<Record<RuleOutcome | "ABSENT", Look>>;

export const RECOMMENDATION_LOOKS = {
  APPROVE: { status: "approved", word: "Approve" },
  REVIEW: { status: "medium", word: "Review" },
  BLOCK: { status: "critical", word: "Block" },
} as const satisfies Readonly<Record<string, Look>>;
