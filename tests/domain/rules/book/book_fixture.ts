/** A book of rules in a log in memory, with three people who write in it. */
import { hasRole } from "../../../../domain/access.ts";
import { createRuleCommands } from "../../../../domain/rules/book/rule_commands.ts";
import type { KeptRule } from "../../../../domain/rules/book/kept_rule.ts";
import { RULES_VIEW } from "../../../../domain/rules/book/view.ts";
import { Commands } from "../../../../realtime/commands.ts";
import type { Json } from "../../../../realtime/json.ts";
import { createMemoryLog } from "../../../../realtime/log/memory.ts";
import type { User } from "../../../../realtime/user.ts";

export const ANA: User = {
  userId: "ana",
  name: "Ana Lima",
  roles: ["facilitator"],
};
export const BEN: User = {
  userId: "ben",
  name: "Ben Kole",
  roles: ["facilitator"],
};
export const CEM: User = { userId: "cem", name: "Cem", roles: ["facilitator"] };
export const MIA: User = { userId: "mia", name: "Mia", roles: ["member"] };

export const TEXT = {
  name: "Large payment",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
  when: "amount > 10",
} as const;

export function bookFixture({ fourEyes = true } = {}) {
  const log = createMemoryLog();
  const { area, declarations } = createRuleCommands({ fourEyes });
  const clock = { now: 1_000 };
  const commands = new Commands({
    log,
    declarations,
    authorize: hasRole,
    clock: () => ++clock.now,
  });
  const run = (user: User, name: string, input: Json) =>
    commands.execute(name, input, { user });
  return {
    log,
    run,
    create: (user: User, more = {}) =>
      run(user, "create_rule", { ...TEXT, id: "big", ...more }),
    edit: (user: User, when: string, more = {}) =>
      run(user, "edit_rule", { ...TEXT, ruleId: "big", when, ...more }),
    publish: (user: User, more = {}) =>
      run(user, "publish_rule", { ruleId: "big", ...more }),
    /** The reason of a refusal, or "done". */
    refusal: async (attempt: Promise<unknown>): Promise<string> => {
      try {
        await attempt;
        return "done";
      } catch (error) {
        return error instanceof Error && "code" in error
          ? String(error.code)
          : String(error);
      }
    },
    kept: async (ruleId = "big"): Promise<KeptRule> => {
      const { state } = await commands.state(area, "rules", `rule:${ruleId}`);
      if (state.status === "none") throw new Error(`There is no ${ruleId}`);
      return state;
    },
    entries: () => log.read("rules", 0, 500),
    rows: async () => (await log.query(RULES_VIEW)).rows,
    [Symbol.dispose]: () => commands.close(),
  };
}
