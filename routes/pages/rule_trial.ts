/** Trying a rule where no script does it: the answer that the API would give, for the page. */
import { compileRules } from "../../domain/rules/rule_input.ts";
import { formatTime, type Zone } from "../../islands/format.ts";
import { type RuleFields, ruleFrom } from "../../islands/rule_fields.ts";
import type { Tried } from "../../islands/rule_try_model.ts";
import { exceedsDepth, MAX_JSON_DEPTH } from "../../realtime/protocol.ts";
import { decodeJson, isRecord } from "../json_body.ts";
import type { RuleParts } from "../rule_parts.ts";

export async function tryRule(
  evaluations: RuleParts["evaluations"],
  fields: RuleFields,
  { text, zone }: { readonly text: string; readonly zone: Zone },
): Promise<Tried> {
  if (exceedsDepth(text, MAX_JSON_DEPTH)) {
    return refused(`Facts are nested at most ${MAX_JSON_DEPTH} levels deep`);
  }
  const facts = decodeJson(text);
  if (!isRecord(facts)) return refused("The facts are not a JSON object");
  // When it counts is not the question here: what it says of these facts is.
  const { validFrom: _, validUntil: __, ...rule } = ruleFrom(fields);
  const { compiled, mistakes } = compileRules([{ ...rule, id: "tried" }], {
    compile: (one) => evaluations.compile(one),
  });
  if (mistakes.length > 0) return refused(mistakes[0].message);
  const { results: [result] } = await evaluations.evaluate(compiled, facts, {
    at: Date.now(),
    clock: () => performance.now(),
  });
  const { cached, computedAt, ...told } = result;
  const from = cached ? formatTime(computedAt, Date.now(), zone) : undefined;
  const source = rule.when;
  return { state: "answered", source, result: { ...told, cached }, from };
}

function refused(message: string): Tried {
  return { state: "refused", message };
}
