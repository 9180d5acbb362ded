/** What may be done to a rule: drafted, published by another than its authors, taken out of use. */
import { hasRole } from "../../access.ts";
import type { Context, DomainEvent } from "../../decider.ts";
import { Refusal } from "../../refusal.ts";
import { checkRule } from "../compile_rule.ts";
import type { Rule } from "../rule.ts";
import {
  draftDiscarded,
  ruleActivated,
  ruleDeactivated,
  ruleDrafted,
  ruleJson,
  rulePublished,
} from "./events.ts";
import type { KeptRule, RuleState } from "./kept_rule.ts";

export type RuleCommand =
  | { readonly command: "create_rule"; readonly rule: Rule }
  | {
    readonly command: "edit_rule";
    readonly rule: Rule;
    /** Offset of the draft that was seen; another's edit since then is not overwritten. */
    readonly basedOn?: number;
  }
  | { readonly command: "discard_draft" }
  | {
    readonly command: "publish_rule";
    /** Offset of the draft that was read: nobody answers for a text they have not seen. */
    readonly basedOn?: number;
  }
  | { readonly command: "deactivate_rule"; readonly reason: string | null }
  | { readonly command: "activate_rule" };

/** The events a command causes; none when it is so already. @throws {Refusal} */
export function decide(
  state: RuleState,
  command: RuleCommand,
  { user }: Context,
  { fourEyes }: { readonly fourEyes: boolean },
): readonly DomainEvent[] {
  if (!hasRole(user, "facilitator")) throw new Refusal("not_allowed");
  if (command.command === "create_rule") {
    if (state.status !== "none") throw new Refusal("rule_exists");
    return draft(command.rule, user);
  }
  if (state.status === "none") throw new Refusal("rule_not_found");
  switch (command.command) {
    case "edit_rule": {
      demandSeen(state, command.basedOn);
      return isSame(state.draft?.rule, command.rule)
        ? []
        : draft(command.rule, user);
    }
    case "discard_draft":
      return state.draft ? [draftDiscarded(state.ruleId, user)] : [];
    case "publish_rule":
      demandSeen(state, command.basedOn);
      return publish(state, user, fourEyes);
    case "deactivate_rule":
      return state.active
        ? [ruleDeactivated(state.ruleId, command.reason, user)]
        : [];
    case "activate_rule":
      if (state.versions.length === 0) throw new Refusal("nothing_to_publish");
      return state.active ? [] : [ruleActivated(state.ruleId, user)];
  }
}

function demandSeen({ draft }: KeptRule, seen: number | undefined): void {
  if (seen === undefined || draft === null || draft.offset === seen) return;
  throw new Refusal("draft_changed");
}

/** A rule that could not run is not kept: its author sees where, and still has the text. */
function draft(rule: Rule, user: Context["user"]): readonly DomainEvent[] {
  const mistakes = checkRule(rule);
  if (mistakes.length > 0) {
    throw new Refusal("rule_invalid", {
      errors: mistakes.map(({ path, message, line, column }) => ({
        path,
        message: `${message} (line ${line}, column ${column})`,
      })),
    });
  }
  return [ruleDrafted(rule, user)];
}

function publish(
  { ruleId, draft, versions }: KeptRule,
  user: Context["user"],
  fourEyes: boolean,
): readonly DomainEvent[] {
  if (draft === null) throw new Refusal("nothing_to_publish");
  if (fourEyes && draft.authors.includes(user.userId)) {
    throw new Refusal("own_draft");
  }
  const version = versions.length + 1;
  return [rulePublished({ ...draft.rule, id: ruleId, version }, user)];
}

function isSame(before: Rule | undefined, after: Rule): boolean {
  if (before === undefined) return false;
  const left = Object.entries(ruleJson(before)).sort();
  const right = Object.entries(ruleJson(after)).sort();
  return JSON.stringify(left) === JSON.stringify(right);
}
