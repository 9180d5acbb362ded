/** What the pages of rules ask the server while one writes: checks, evaluations, backtests. */
import type { RuleResult } from "../domain/rules/evaluate.ts";
import type { RuleMistake } from "../domain/rules/rule.ts";
import { isRecord, stringOf } from "../realtime/client/wire.ts";
import { type RuleFields, ruleFrom } from "./rule_fields.ts";

const BASE = "/api/v1/rules";

/** The server's no, in a sentence. */
export class Declined extends Error {
  override readonly name = "Declined";
}

export interface Checked {
  readonly mistakes: readonly RuleMistake[];
  /** An example of the facts that the rule asks for. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** @throws {Declined} @throws {TypeError} without a network */
export function checkFields(
  fields: RuleFields,
  signal?: AbortSignal,
): Promise<Checked> {
  // Half a rule is checked too: what only a finished one needs is left out.
  const { name: _, validFrom: __, validUntil: ___, ...rule } = ruleFrom(fields);
  return ask(`${BASE}/check`, { body: { rule }, signal });
}

/** A result as the API tells it. */
export interface Evaluated extends RuleResult {
  /** ISO 8601. */
  readonly computedAt?: string;
}

/** One rule on one set of facts, with its trace. @throws {Declined} */
export async function evaluateFields(
  fields: RuleFields,
  facts: unknown,
): Promise<Evaluated> {
  const { validFrom: _, validUntil: __, ...rule } = ruleFrom(fields);
  const named = { ...rule, id: "tried", name: rule.name || "Tried" };
  const { results: [result] } = await ask<{ results: [Evaluated] }>(
    `${BASE}/evaluate`,
    { body: { rules: [named], facts } },
  );
  return result;
}

/** Asks for JSON; our own server's answers have the shape it promises. @throws {Declined} */
export async function ask<Answer>(
  path: string,
  { body, signal }: {
    readonly body?: unknown;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Answer> {
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    ...body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    },
    signal,
  });
  const answer = await response.json();
  if (!response.ok) throw new Declined(whyNot(answer));
  return answer;
}

function whyNot(problem: unknown): string {
  const { errors, detail } = isRecord(problem) ? problem : {};
  const [first] = Array.isArray(errors) ? errors : [];
  const { path = "", message } = isRecord(first) ? first : {};
  if (typeof message !== "string") {
    return stringOf(detail) ?? "The server did not say why";
  }
  const field = String(path).replace(/^(rules\.0|rule)\.?/, "");
  return field === "" ? message : `${field}: ${message}`;
}
