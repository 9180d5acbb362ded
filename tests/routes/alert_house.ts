/** A house with alerts, inboxes, polls and feedback over a log in memory, and its people. */
import { hasRole } from "../../domain/access.ts";
import { alertCommands } from "../../domain/alerts/alert_commands.ts";
import { savedViewCommands } from "../../domain/alerts/saved_view_commands.ts";
import { pollCommands } from "../../domain/consensus/polls/commands.ts";
import type { RoleName } from "../../domain/decider.ts";
import { inboxCommands } from "../../domain/inbox/commands.ts";
import { createLearningCommands } from "../../domain/learning/learning_commands.ts";
import { createRuleCommands } from "../../domain/rules/book/rule_commands.ts";
import { sessionCommands } from "../../domain/sessions/commands.ts";
import { Commands } from "../../realtime/commands.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import { createSubjectViews } from "../../wiring.ts";
import { AlertReading } from "../../routes/alert_reading.ts";

export const START = 1_767_323_045_678;

export function person(userId: string, role: RoleName = "member") {
  return { userId, name: userId.toUpperCase(), roles: [role] };
}
export type Someone = ReturnType<typeof person>;

export const ANA = person("ana");
export const BEN = person("ben");
export const FAY = person("fay", "facilitator");

export function alertHouse() {
  let now = START;
  let ids = 0;
  const log = createMemoryLog({ now: () => now, views: createSubjectViews() });
  const { area } = createRuleCommands({ fourEyes: false });
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...pollCommands,
      ...alertCommands,
      ...savedViewCommands,
      ...createLearningCommands({ fourEyes: false, rules: area }).declarations,
      ...inboxCommands,
    ],
    authorize: hasRole,
    clock: () => now,
    newId: () => `id${++ids}`,
  });
  const run = (user: Someone, name: string, input: object) =>
    commands.execute(name, input, { user });
  return {
    log,
    commands,
    reading: new AlertReading({ commands, log }),
    run,
    pass: (ms: number) => void (now += ms),
    raise: async (alertId: string, more: object = {}) => {
      const { positions: [{ offset }] } = await run(BEN, "raise_alert", {
        id: alertId,
        severity: "high",
        title: `Alert ${alertId}`,
        ...more,
      });
      return offset;
    },
    /** What a person's page says of an entry. */
    record: (user: Someone, ...items: object[]) =>
      run(user, "record_notifications", { items }),
    openSession: (sessionId: string, participants: readonly object[] = []) =>
      run(FAY, "open_session", {
        id: sessionId,
        title: "Review",
        open: false,
        participants,
      }),
    [Symbol.dispose]: () => commands.close(),
  };
}
