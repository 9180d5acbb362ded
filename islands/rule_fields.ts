/** The fields of a rule's form, as text: what a rule looks like in them, and the rule they say. */
import {
  PRIORITIES,
  RISK_LEVELS,
  type Rule,
  RULE_TYPES,
} from "../domain/rules/rule.ts";

export const RULE_FORM = "rule-form";

const NAMES = [
  "name",
  "description",
  "when",
  "riskLevel",
  "score",
  "message",
  "priority",
  "type",
  "validFrom",
  "validUntil",
] as const;
export type RuleField = typeof NAMES[number];

export type RuleFields = Readonly<Record<RuleField, string>>;

/** What a form starts with. */
export function emptyFields(): RuleFields {
  return {
    name: "",
    description: "",
    when: "",
    riskLevel: "MEDIUM",
    score: "",
    message: "",
    priority: "MEDIUM",
    type: "VALIDATION",
    validFrom: "",
    validUntil: "",
  };
}

export function fieldsOf(rule: Rule): RuleFields {
  const { score, description = "", message = "" } = rule;
  const { validFrom = "", validUntil = "" } = rule;
  return {
    ...emptyFields(),
    name: rule.name,
    description,
    when: rule.when,
    riskLevel: rule.riskLevel,
    score: score === undefined ? "" : String(score),
    message,
    priority: rule.priority,
    type: rule.type,
    validFrom,
    validUntil,
  };
}

/** The fields that were sent; line ends as they are kept, whatever the browser made of them. */
export function sentFields(sent: Readonly<Record<string, string>>): RuleFields {
  const given = NAMES.flatMap((name) =>
    sent[name] === undefined
      ? []
      : [[name, sent[name].replaceAll("\r\n", "\n")] as const]
  );
  return { ...emptyFields(), ...Object.fromEntries(given) };
}

/** The rule that the fields say; what is left empty is not there. */
export function ruleFrom(fields: RuleFields) {
  const { name, when, description, message } = fields;
  const score = scoreIn(fields.score);
  return {
    name: name.trim(),
    when,
    riskLevel: oneOf(RISK_LEVELS, fields.riskLevel),
    priority: oneOf(PRIORITIES, fields.priority),
    type: oneOf(RULE_TYPES, fields.type),
    ...(description.trim() && { description: description.trim() }),
    ...(message.trim() && { message }),
    ...(score !== undefined && { score }),
    ...(fields.validFrom.trim() && { validFrom: timeIn(fields.validFrom) }),
    ...(fields.validUntil.trim() && { validUntil: timeIn(fields.validUntil) }),
  };
}

/** A number is one; any other text is an expression. */
function scoreIn(text: string): string | number | undefined {
  const given = text.trim();
  if (given === "") return undefined;
  return Number.isFinite(Number(given)) ? Number(given) : text;
}

/** A day alone is its beginning, in UTC. */
function timeIn(text: string): string {
  const given = text.trim();
  return /^\d{4}-\d\d-\d\d$/.test(given) ? `${given}T00:00:00Z` : given;
}

/** A choice that is none of the list's is sent on, and refused where it is checked. */
function oneOf<One extends string>(list: readonly One[], text: string): One {
  return list.find((one) => one === text) ?? list[0];
}
