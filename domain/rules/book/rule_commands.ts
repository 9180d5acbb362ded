/** The commands of a rule, declared once: roles, routes, results. Their rules are in `decide.ts`. */
import { z } from "zod";
import { Text } from "../../common_input.ts";
import type { Area, CommandDeclaration, Json } from "../../decider.ts";
import { RuleShape } from "../rule_input.ts";
import { decide, type RuleCommand } from "./decide.ts";
import { evolve, initial, type RuleState } from "./kept_rule.ts";
import { answeredRuleJson } from "./rule_json.ts";
import { index } from "./view.ts";

/** Carries all rules of the house. */
export const RULES_CHANNEL = "rules";
/** What the subjects of rules begin with. */
export const RULE_SUBJECT = "rule:";

export function ruleSubject(ruleId: string): string {
  return RULE_SUBJECT + ruleId;
}

export const RuleId = z.string().regex(/^[a-z0-9][A-Za-z0-9_.-]{0,63}$/, {
  error: "must be 1 to 64 of A-Z a-z 0-9 _ . -, first a small letter or digit",
  // `/rules/new` is where a rule is written.
}).refine((id) => id !== "new", { error: "must be another word" });

/** What an author gives; the version comes with the publication. */
const Authored = RuleShape.omit({ id: true, version: true, active: true });

const CreateRule = Authored.extend({ id: RuleId.optional() });
const EditRule = Authored.extend({
  ruleId: RuleId,
  basedOn: z.int().positive().optional().meta({
    description: "Offset of the draft that was seen; a newer one is a conflict",
  }),
});
const OfRule = z.object({ ruleId: RuleId });
const PublishRule = OfRule.extend({
  basedOn: z.int().positive().optional().meta({
    description: "Offset of the draft that was read; a newer one is a conflict",
  }),
});
const DeactivateRule = OfRule.extend({ reason: Text(1000).optional() });

type Declaration<Input> = CommandDeclaration<Input, RuleState, RuleCommand>;

/** @param options.fourEyes Whether a draft is published by another than its authors. */
export function createRuleCommands(
  { fourEyes }: { readonly fourEyes: boolean },
) {
  const rules: Area<RuleState, RuleCommand> = {
    name: "rules",
    keepsOffsets: true,
    initial,
    evolve,
    decide: (state, command, context) =>
      decide(state, command, context, { fourEyes }),
    index,
  };

  function ofRule<Input extends { readonly ruleId: string }>(
    declaration: Pick<
      Declaration<Input>,
      "name" | "summary" | "input" | "http" | "command"
    >,
  ): Declaration<Input> {
    return {
      ...declaration,
      role: "facilitator",
      area: rules,
      channel: () => RULES_CHANNEL,
      subject: ({ ruleId }) => ruleSubject(ruleId),
      result: withRule,
    };
  }

  const createRule: Declaration<z.infer<typeof CreateRule>> = {
    name: "create_rule",
    summary: "Write the first draft of a rule",
    input: CreateRule,
    role: "facilitator",
    http: { method: "POST", path: "/rules", status: 201 },
    area: rules,
    scope: RULES_CHANNEL,
    complete: (input, newId) => ({ ...input, id: input.id ?? newId() }),
    channel: () => RULES_CHANNEL,
    subject: ({ id = "" }) => ruleSubject(id),
    command: ({ id = "", ...rule }) => ({
      command: "create_rule",
      rule: { ...rule, id },
    }),
    result: withRule,
  };

  const declarations = [
    createRule,
    ofRule({
      name: "edit_rule",
      summary: "Write the next draft of a rule; what is published stays",
      input: EditRule,
      http: { method: "PUT", path: "/rules/{ruleId}", status: 200 },
      command: ({ ruleId, basedOn, ...rule }) => ({
        command: "edit_rule",
        rule: { ...rule, id: ruleId },
        basedOn,
      }),
    }),
    ofRule({
      name: "discard_draft",
      summary: "Throw a draft away; what is published stays",
      input: OfRule,
      http: { method: "POST", path: "/rules/{ruleId}/discard", status: 200 },
      command: () => ({ command: "discard_draft" }),
    }),
    ofRule({
      name: "publish_rule",
      summary: "Publish a draft that others wrote: from now on it counts",
      input: PublishRule,
      http: { method: "POST", path: "/rules/{ruleId}/publish", status: 200 },
      command: ({ basedOn }) => ({ command: "publish_rule", basedOn }),
    }),
    ofRule({
      name: "deactivate_rule",
      summary: "Take a rule out of use; its versions stay",
      input: DeactivateRule,
      http: {
        method: "POST",
        path: "/rules/{ruleId}/deactivate",
        status: 200,
      },
      command: ({ reason = null }) => ({ command: "deactivate_rule", reason }),
    }),
    ofRule({
      name: "activate_rule",
      summary: "Take a rule's newest version into use again",
      input: OfRule,
      http: { method: "POST", path: "/rules/{ruleId}/activate", status: 200 },
      command: () => ({ command: "activate_rule" }),
    }),
  ] as const;

  return { area: rules, declarations };
}

function withRule(state: RuleState): Json {
  return state.status === "none" ? null : { rule: answeredRuleJson(state) };
}
