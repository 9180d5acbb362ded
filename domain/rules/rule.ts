/** A rule: what fires it, how much that weighs, and when it counts at all. */

/** From least to most. */
export const RISK_LEVELS = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type RiskLevel = typeof RISK_LEVELS[number];

export const PRIORITIES = RISK_LEVELS;
export type Priority = RiskLevel;

export const RULE_TYPES = ["VALIDATION", "SCORING", "PATTERN"] as const;
export type RuleType = typeof RULE_TYPES[number];

/** The score of a fired rule that names none. */
export const DEFAULT_SCORES: Readonly<Record<RiskLevel, number>> = {
  LOW: 0.1,
  MEDIUM: 0.3,
  HIGH: 0.6,
  CRITICAL: 0.95,
};

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** Which rules are evaluated first, where not all of them can be. */
  readonly priority: Priority;
  readonly type: RuleType;
  /** CEL, true when the rule fires. */
  readonly when: string;
  /** From 0 to 1: a number, or CEL that gives one. @default By risk level. */
  readonly score?: string | number;
  readonly riskLevel: RiskLevel;
  /** What is said when it fires: text with `{{ expression }}` in it. @default The name. */
  readonly message?: string;
  /** @default true */
  readonly active?: boolean;
  /** ISO 8601. From here on it counts, inclusive. */
  readonly validFrom?: string;
  /** ISO 8601. From here on it counts no more. */
  readonly validUntil?: string;
  /** @default 1 */
  readonly version?: number;
}

/** A mistake in a rule, where its author finds it. */
export interface RuleMistake {
  /** The field: `when`, `score`, `message`, `validUntil`. */
  readonly path: string;
  readonly message: string;
  /** In the field's text, from its first UTF-16 unit to behind its last. */
  readonly from: number;
  readonly to: number;
  /** Of `from`, both from 1. */
  readonly line: number;
  readonly column: number;
}
