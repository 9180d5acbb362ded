/** Facts that several rules can be tried with together: what each asks for, in one object. */
import { exampleFacts } from "../../domain/rules/book/example_facts.ts";
import type { Rule } from "../../domain/rules/rule.ts";
import type { Json } from "../../realtime/json.ts";
import { isJsonObject } from "../json_body.ts";

type Facts = { readonly [name: string]: Json };

/** The first rule that asks for a name says of what kind its value is. */
export function exampleOf(
  rules: readonly Pick<Rule, "when" | "score" | "message">[],
): Facts {
  return rules.map(exampleFacts).reduce<Facts>(merged, {});
}

function merged(before: Facts, more: Facts): Facts {
  // A map, not an object: a name may be one that every object has.
  const all = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(more)) {
    const known = all.get(name);
    all.set(name, known === undefined ? value : together(known, value));
  }
  return Object.fromEntries(all);
}

/** `customer` asked for as a whole by one rule, by its fields by another: the fields say more. */
function together(known: Json, value: Json): Json {
  if (!isJsonObject(value)) return known;
  return isJsonObject(known) ? merged(known, value) : value;
}
