/** Expressions read and run in one call, for tests. */
import { checkCel } from "../../../domain/rules/cel_check.ts";
import { compileCel } from "../../../domain/rules/cel_compile.ts";
import { CelFault } from "../../../domain/rules/cel_fault.ts";
import { parseCel } from "../../../domain/rules/cel_parse.ts";
import type { Facts } from "../../../domain/rules/cel_run.ts";
import { type TraceNode, Tracer } from "../../../domain/rules/cel_trace.ts";
import type { FactSchema } from "../../../domain/rules/cel_types.ts";
import {
  type CompiledRule,
  compileRule,
} from "../../../domain/rules/compile_rule.ts";
import type { Rule } from "../../../domain/rules/rule.ts";

export type Outcome =
  | { readonly value: unknown }
  | { readonly fault: string; readonly kind: "ERROR" | "TIMEOUT" };

/** The expression, or a throw with its mistakes. */
export function compiled(text: string) {
  const found = mistakesOf(text);
  const parsed = parseCel(text);
  if (found.length > 0 || "mistake" in parsed) {
    throw new Error(`${text}: ${found.join(", ")}`);
  }
  return compileCel(parsed.tree);
}

/** What an expression comes to, as JSON would show it. */
export function outcome(
  text: string,
  facts: Facts = {},
  { steps = 100_000, tracer }: { steps?: number; tracer?: Tracer } = {},
): Outcome {
  const expression = compiled(text);
  try {
    return { value: expression.value(facts, { steps }, tracer) };
  } catch (fault) {
    if (!(fault instanceof CelFault)) throw fault;
    return { fault: fault.message, kind: fault.kind };
  }
}

export function valueOf(text: string, facts: Facts = {}): unknown {
  const found = outcome(text, facts);
  if ("fault" in found) throw new Error(`${text}: ${found.fault}`);
  return found.value;
}

export function faultOf(text: string, facts: Facts = {}): string {
  const found = outcome(text, facts);
  return "fault" in found ? found.fault : `no fault: ${String(found.value)}`;
}

export function traceOf(text: string, facts: Facts = {}): TraceNode {
  const tracer = new Tracer(text);
  outcome(text, facts, { tracer });
  return tracer.root!;
}

/** `message @ the text it points at`. */
export function mistakesOf(text: string, facts?: FactSchema): string[] {
  const parsed = parseCel(text);
  const mistakes = "mistake" in parsed
    ? [parsed.mistake]
    : checkCel(parsed.tree, facts).mistakes;
  return mistakes.map(({ message, from, to }) =>
    `${message} @ ${text.slice(from, to)}`
  );
}

export function ruleOf(when: string, more: Partial<Rule> = {}): Rule {
  return {
    id: "r",
    name: "A rule",
    priority: "MEDIUM",
    type: "VALIDATION",
    riskLevel: "MEDIUM",
    when,
    ...more,
  };
}

export function compiledRule(
  when: string,
  more: Partial<Rule> = {},
): CompiledRule {
  const read = compileRule(ruleOf(when, more));
  if (read.state === "compiled") return read.rule;
  throw new Error(JSON.stringify(read.mistakes));
}
