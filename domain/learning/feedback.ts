/**
 * What people said of one rule or decision: one person counts once per evaluation, and what
 * they said last counts.
 */
import type { RecordedEvent } from "../decider.ts";
import { recordOf, textOf } from "../read_json.ts";
import {
  LEARNING_FEEDBACK,
  type Outcome,
  OUTCOMES,
  SUBJECT_KINDS,
  type SubjectKind,
} from "./events.ts";
import { beliefAfter, MIN_LABELS, posterior } from "./precision.ts";

/**
 * Labels kept per subject; the oldest are forgotten. What decay leaves of them after that
 * many, 0.98²⁰⁰⁰, is less than a double can add.
 */
export const MAX_LABELS = 2_000;

export interface Label {
  readonly kind: SubjectKind;
  /** Of the rule or decision. */
  readonly id: string;
  readonly evaluationId: string | null;
  readonly outcome: Outcome;
  readonly comment: string | null;
  readonly userId: string;
  readonly name: string;
  readonly channel: string;
  readonly offset: number;
  /** ms since 1970. */
  readonly at: number;
}

/** By person and evaluation, in the order in which they were last given. */
export type Feedback = ReadonlyMap<string, Label>;

export function initial(): Feedback {
  return new Map();
}

/** Folds one entry in. What it does not know changes nothing; nothing stored makes it throw. */
export function evolve(state: Feedback, event: RecordedEvent): Feedback {
  const label = readLabel(event);
  if (label === null) return state;
  const [some] = state.values();
  if (some && (some.kind !== label.kind || some.id !== label.id)) return state;
  const labels = new Map(state);
  const key = labelKey(label);
  // Taken out first: what is said again counts where it was said last.
  labels.delete(key);
  labels.set(key, label);
  const [oldest] = labels.keys();
  if (labels.size > MAX_LABELS && oldest !== undefined) labels.delete(oldest);
  return labels;
}

/** Whose label of which evaluation: a second one under the same key replaces the first. */
export function labelKey(
  { userId, evaluationId }: Pick<Label, "userId" | "evaluationId">,
): string {
  return JSON.stringify([userId, evaluationId]);
}

/** The label in an entry; null when it holds none. */
export function readLabel(event: RecordedEvent): Label | null {
  const { type, v, body, channel, offset, at, sender } = event;
  if (type !== LEARNING_FEEDBACK || v !== 1) return null;
  if (body?.event !== "feedback_given") return null;
  const subject = recordOf(body.subject);
  const kind = SUBJECT_KINDS.find((one) => one === subject?.kind);
  const outcome = OUTCOMES.find((one) => one === body.outcome);
  const id = textOf(subject?.id);
  const userId = textOf(body.userId) ?? sender;
  if (!kind || !outcome || id === null || userId === null) return null;
  return {
    kind,
    id,
    evaluationId: textOf(subject?.evaluationId),
    outcome,
    comment: textOf(body.comment),
    userId,
    name: textOf(body.name) ?? userId,
    channel,
    offset,
    at,
  };
}

/** How far labels let one trust what they are about. */
export interface Trust {
  readonly labels: number;
  readonly correct: number;
  readonly incorrect: number;
  readonly alpha: number;
  readonly beta: number;
  /** Expected precision, from 0 to 1. */
  readonly mean: number;
  /** Equal-tailed 95 % interval of the precision. */
  readonly interval95: readonly [low: number, high: number];
  /** Fewer labels than it takes to judge. */
  readonly tooFew: boolean;
}

/** @param labels Oldest first. */
export function trustIn(labels: readonly Pick<Label, "outcome">[]): Trust {
  const outcomes = labels.map(({ outcome }) => outcome === "correct");
  const correct = outcomes.filter(Boolean).length;
  const { alpha, beta, mean, interval95 } = posterior(beliefAfter(outcomes));
  return {
    labels: labels.length,
    correct,
    incorrect: labels.length - correct,
    alpha,
    beta,
    mean,
    interval95,
    tooFew: labels.length < MIN_LABELS,
  };
}
