/** A kept evaluation read back: verdicts, traces, and the conditions that the traces are laid over. */
import { z } from "zod";
import type { TraceNode } from "../../domain/rules/cel_trace.ts";
import type { RuleState } from "../../domain/rules/book/kept_rule.ts";
import {
  RECOMMENDATIONS,
  RULE_RESULTS,
} from "../../domain/rules/risk_score.ts";
import { RISK_LEVELS } from "../../domain/rules/rule.ts";
import type { Json } from "../../realtime/json.ts";

const Node: z.ZodType<TraceNode> = z.object({
  text: z.string(),
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
  value: z.unknown().optional(),
  error: z.string().optional(),
  item: z.unknown().optional(),
  children: z.lazy(() => z.array(Node)),
  truncated: z.literal(true).optional(),
});

const Result = z.object({
  ruleId: z.string(),
  version: z.number(),
  result: z.enum(RULE_RESULTS),
  riskLevel: z.enum(RISK_LEVELS),
  score: z.number(),
  message: z.string().nullable(),
  trace: Node.nullable(),
});

/** Version 1 of the entry. It is ours; the schema reads it back as what it was. */
const Evaluation = z.object({
  event: z.literal("rules_evaluated"),
  title: z.string().nullable(),
  userId: z.string(),
  name: z.string(),
  facts: z.record(z.string(), z.unknown()),
  results: z.array(Result),
  names: z.record(z.string(), z.string()),
  riskScore: z.number(),
  riskLevel: z.enum(RISK_LEVELS).nullable(),
  recommendation: z.enum(RECOMMENDATIONS),
});
export type KeptEvaluation = z.infer<typeof Evaluation>;
export type KeptResult = z.infer<typeof Result>;

/** Undefined for what is none: a later version, another's entry. */
export function readEvaluation(body: Json): KeptEvaluation | undefined {
  return Evaluation.safeParse(body).data;
}

/** A verdict with what its rule said. */
export interface ShownResult extends KeptResult {
  readonly name: string;
  /** The condition as it was evaluated; null where nothing kept says it. */
  readonly source: string | null;
  /** Whether it is a rule of the book: one that was sent along has no page. */
  readonly isKept: boolean;
  /** Whether the book has a rule of this id, though perhaps another one. */
  readonly isTaken: boolean;
}

/**
 * The entry keeps traces, not conditions. A published version never changes, so it still says
 * what was evaluated; a rule that was only sent along is put together from its trace.
 */
export function shownResult(
  result: KeptResult,
  names: KeptEvaluation["names"],
  state: RuleState,
): ShownResult {
  const { ruleId, version, trace } = result;
  const name = Object.hasOwn(names, ruleId) ? names[ruleId] : ruleId;
  const published = state.status === "kept"
    ? state.versions.find((one) => one.version === version)?.rule
    : undefined;
  const when = published?.when;
  // A rule that was sent along may have the id of one that is kept.
  const isKept = when !== undefined && published?.name === name &&
    (trace === null || isTraceOf(trace, when));
  const source = isKept ? when : trace && textOf(trace);
  return { ...result, name, source, isKept, isTaken: state.status === "kept" };
}

function isTraceOf(trace: TraceNode, source: string): boolean {
  const fits = ({ text, from, to, children }: TraceNode): boolean =>
    source.slice(from, to).startsWith(text) && children.every(fits);
  return fits(trace);
}

/** The parts of a trace where they stood; what none of them says is left blank. */
function textOf(trace: TraceNode): string {
  const text = [...Array(trace.to)].map(() => " ");
  const write = ({ text: part, from, children }: TraceNode) => {
    for (let i = 0; i < part.length; i++) text[from + i] = part[i];
    children.forEach(write);
  };
  write(trace);
  return text.join("");
}
