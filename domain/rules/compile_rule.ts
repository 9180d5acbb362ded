/** Checks a rule, and compiles one that is right: once, to be evaluated any number of times. */
import { checkCel } from "./cel_check.ts";
import { compileCel, type Expression } from "./cel_compile.ts";
import { parseCel } from "./cel_parse.ts";
import type { CelMistake } from "./cel_scan.ts";
import type { FactSchema } from "./cel_types.ts";
import { KIND_NAMES } from "./cel_values.ts";
import { parseTemplate, type Template } from "./message_template.ts";
import { DEFAULT_SCORES, type Rule, type RuleMistake } from "./rule.ts";

export interface CheckOptions {
  /** The known facts. @default Any name may be a fact. */
  readonly facts?: FactSchema;
}

export interface CompiledRule {
  readonly rule: Rule;
  readonly version: number;
  readonly when: Expression;
  readonly score: number | Expression;
  readonly message?: Template;
  /** Ms since 1970, inclusive. */
  readonly validFromMs: number;
  /** Ms since 1970, exclusive. */
  readonly validUntilMs: number;
}

export type RuleReading =
  | { readonly state: "compiled"; readonly rule: CompiledRule }
  | { readonly state: "mistaken"; readonly mistakes: readonly RuleMistake[] };

/** Every mistake of a rule that is seen without facts; none: it may be saved. Never throws. */
export function checkRule(
  rule: Rule,
  options: CheckOptions = {},
): readonly RuleMistake[] {
  const read = compileRule(rule, options);
  return read.state === "mistaken" ? read.mistakes : [];
}

/** The rule ready to run, or all that is wrong with it. Never throws. */
export function compileRule(
  rule: Rule,
  { facts }: CheckOptions = {},
): RuleReading {
  const mistakes: RuleMistake[] = [];
  const note = (path: string, text: string) => (mistake: CelMistake) => {
    mistakes.push({ path, ...mistake, ...placeOf(text, mistake.from) });
  };
  const when = read(rule.when, {
    kind: "bool",
    facts,
    note: note("when", rule.when),
  });
  const score = scoreOf(
    rule,
    (text) => read(text, { kind: "number", facts, note: note("score", text) }),
  );
  if (typeof score === "number" && !(score >= 0 && score <= 1)) {
    note("score", "")({ message: "A score is 0 to 1", from: 0, to: 0 });
  }
  const { message: text } = rule;
  const message = text === undefined ? undefined : parseTemplate(text, facts);
  message?.mistakes.forEach(note("message", text ?? ""));
  const validFromMs = msOf(rule.validFrom, -Infinity);
  const validUntilMs = msOf(rule.validUntil, Infinity);
  for (
    const [path, ms] of [
      ["validFrom", validFromMs],
      ["validUntil", validUntilMs],
    ] as const
  ) {
    if (!Number.isNaN(ms)) continue;
    note(path, "")({ message: "Not an ISO 8601 time", from: 0, to: 0 });
  }
  if (validUntilMs <= validFromMs) {
    const message = "It would end before it begins";
    note("validUntil", "")({ message, from: 0, to: 0 });
  }
  if (mistakes.length > 0 || when === undefined || score === undefined) {
    return { state: "mistaken", mistakes };
  }
  const { version = 1 } = rule;
  return {
    state: "compiled",
    rule: { rule, version, when, score, message, validFromMs, validUntilMs },
  };
}

function read(
  text: string,
  { kind, facts, note }: {
    readonly kind: "bool" | "number";
    readonly facts?: FactSchema;
    readonly note: (mistake: CelMistake) => void;
  },
): Expression | undefined {
  const parsed = parseCel(text);
  if ("mistake" in parsed) {
    note(parsed.mistake);
    return undefined;
  }
  const { mistakes, type } = checkCel(parsed.tree, facts);
  mistakes.forEach(note);
  if (mistakes.length > 0) return undefined;
  if (type.kind !== "any" && type.kind !== kind) {
    const { from, to } = parsed.tree.root;
    const message = `Must give ${KIND_NAMES[kind]}, gives ${
      KIND_NAMES[type.kind]
    }`;
    note({ message, from, to });
    return undefined;
  }
  return compileCel(parsed.tree);
}

function scoreOf(
  { score, riskLevel }: Rule,
  compile: (text: string) => Expression | undefined,
): number | Expression | undefined {
  if (score === undefined) return DEFAULT_SCORES[riskLevel];
  return typeof score === "string" ? compile(score) : score;
}

function msOf(time: string | undefined, absent: number): number {
  return time === undefined ? absent : Date.parse(time);
}

/** Line and column of an offset, from 1. */
function placeOf(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  };
}
