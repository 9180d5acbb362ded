/** The form that evaluates rules into a session: what it holds, what it sends, whose a mistake is. */
import { exceedsDepth, MAX_JSON_DEPTH } from "../../realtime/protocol.ts";
import { decodeJson, isRecord } from "../json_body.ts";
import type { Fields, Refused } from "./form.ts";

/** Rules of one evaluation, as the command takes them. */
export const MAX_CHOSEN = 100;

export interface EvaluationFields {
  readonly title: string;
  readonly which: "all" | "some";
  /** Ids of the rules that are ticked. */
  readonly chosen: readonly string[];
  /** JSON, as typed. */
  readonly facts: string;
  /** Words that rules are looked for by. */
  readonly words: string;
}

/** Mistakes by the id of their control; `rules` is about the choice as a whole. */
export type Wrong = Readonly<Record<string, string>>;

/** Name and id of the box that chooses a rule. */
export function boxOf(ruleId: string): string {
  return `rule.${ruleId}`;
}

export function evaluationFieldsOf(fields: Fields): EvaluationFields {
  const { title = "", which, facts = "", q = "" } = fields;
  return {
    title,
    which: which === "some" ? "some" : "all",
    chosen: Object.keys(fields).flatMap((name) =>
      name.startsWith("rule.") ? [name.slice("rule.".length)] : []
    ),
    facts,
    words: q.slice(0, 200),
  };
}

/** The rules that are meant, or why that cannot be. */
export function meantRules(
  { which, chosen }: EvaluationFields,
  inUse: readonly string[],
): { readonly ruleIds: readonly string[]; readonly wrong: Wrong } {
  const ruleIds = which === "all" ? inUse : chosen;
  if (ruleIds.length === 0) {
    return { ruleIds, wrong: { rules: "Choose at least one rule" } };
  }
  if (ruleIds.length <= MAX_CHOSEN) return { ruleIds, wrong: {} };
  const rules = which === "all"
    ? `${ruleIds.length} rules are in use: choose at most ${MAX_CHOSEN} of them`
    : `Choose at most ${MAX_CHOSEN}, these are ${ruleIds.length}`;
  return { ruleIds, wrong: { rules } };
}

type Facts = Readonly<Record<string, unknown>>;

export function factsIn(
  text: string,
): { readonly facts: Facts } | { readonly wrong: Wrong } {
  const wrong = (facts: string) => ({ wrong: { facts } });
  if (text.trim() === "") return wrong("This cannot be empty");
  if (exceedsDepth(text, MAX_JSON_DEPTH)) {
    return wrong(`Nested at most ${MAX_JSON_DEPTH} levels deep`);
  }
  const facts = decodeJson(text);
  if (facts === undefined) return wrong(`This is not JSON${placeOf(text)}`);
  if (isRecord(facts)) return { facts };
  return wrong("These are no facts by name: write { } around them");
}

/** Where a text stops to be JSON, as far as the engine says it. */
function placeOf(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof Error)) return "";
    const [, line, column] = error.message.match(/line (\d+) column (\d+)/) ??
      [];
    if (line) return `: see line ${line}, column ${column}`;
  }
  return ": is a quote, a comma or a bracket missing?";
}

/** A refusal of the command as mistakes at the controls of its form. */
export function mistakesOf(
  { fields }: Refused,
  ruleIds: readonly string[],
  { which, nameOf }: {
    readonly which: EvaluationFields["which"];
    readonly nameOf: (ruleId: string) => string;
  },
): Wrong {
  const wrong: Record<string, string> = {};
  for (const [path, message] of Object.entries(fields)) {
    const [part, index = ""] = path.split(".");
    const ruleId = part === "ruleIds" ? ruleIds[Number(index)] : undefined;
    if (ruleId !== undefined && index !== "") {
      wrong[boxOf(ruleId)] ??= message;
      // Behind "all in use" no box is shown that it could stand at.
      if (which === "all") wrong.rules ??= `${nameOf(ruleId)}: ${message}`;
    } else if (part === "facts" || part === "title") wrong[part] ??= message;
    else wrong.rules ??= message;
  }
  return wrong;
}
