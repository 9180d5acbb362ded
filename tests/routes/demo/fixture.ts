/** The true commands and the true HTTP side over a log in memory, for building the demo into. */
import { hasRole } from "../../../domain/access.ts";
import { alertCommands } from "../../../domain/alerts/alert_commands.ts";
import { keepingCommands } from "../../../domain/audit/keeping_commands.ts";
import { pollCommands } from "../../../domain/consensus/polls/commands.ts";
import { decisionCommands } from "../../../domain/decisions/live/decision_commands.ts";
import { runAnalysis } from "../../../domain/decisions/live/recorded_analysis.ts";
import { createLearningCommands } from "../../../domain/learning/learning_commands.ts";
import { createRunEvaluation } from "../../../domain/rules/book/recorded_evaluation.ts";
import { createRuleCommands } from "../../../domain/rules/book/rule_commands.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { AlertReading } from "../../../routes/alert_reading.ts";
import { alertRoutes } from "../../../routes/api/alerts.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { learningRoutes } from "../../../routes/api/learning.ts";
import { liveDecisionRoutes } from "../../../routes/api/live_decisions.ts";
import { pollRoutes } from "../../../routes/api/polls.ts";
import { ruleRoutes } from "../../../routes/api/rules.ts";
import {
  locateResult,
  presentResult,
  sessionRoutes,
} from "../../../routes/api/sessions.ts";
import { DecisionReading } from "../../../routes/decision_reading.ts";
import { LearningReading } from "../../../routes/learning_reading.ts";
import { PollReading } from "../../../routes/poll_reading.ts";
import { createSubjectViews } from "../../../wiring.ts";
import { Removals } from "../../../routes/audit_removal.ts";
import { Demo } from "../../../routes/demo/demo.ts";
import { demoRoutes } from "../../../routes/api/demo.ts";
import { SignIns } from "../../../routes/auth_sign_ins.ts";
import type { FetchApp } from "../../../routes/demo/demo_calls.ts";
import { fixture, SECRET, START } from "../fixture.ts";

export { START };

/**
 * @param options.fourEyes As `REGULENS_FOUR_EYES`.
 * @param options.isOpenHouse Anyone can sign in as anyone.
 */
export async function demoFixture(
  { fourEyes = true, isOpenHouse = true }: {
    readonly fourEyes?: boolean;
    readonly isOpenHouse?: boolean;
  } = {},
) {
  const clock = { now: START };
  const now = () => clock.now;
  const log = createMemoryLog({ now, views: createSubjectViews() });
  const { area, declarations } = createRuleCommands({ fourEyes });
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...pollCommands,
      ...decisionCommands,
      runAnalysis,
      ...declarations,
      createRunEvaluation(area),
      ...alertCommands,
      ...keepingCommands,
      ...createLearningCommands({ fourEyes, rules: area }).declarations,
    ],
    authorize: hasRole,
    clock: now,
  });
  const polls = new PollReading({ commands, log });
  const learned = new LearningReading(log);
  const answering: { fetch?: FetchApp } = {};
  const demo = new Demo({
    log,
    removals: new Removals(log, { now }),
    commands,
    signIns: new SignIns({ log, secret: SECRET, now }),
    fetch: (request) => answering.fetch!(request),
    isOpenHouse,
    now,
  });
  const site = await fixture({
    log,
    parts: {
      routes: [
        ...commandRoutes({
          commands,
          present: presentResult,
          locate: locateResult,
        }),
        ...sessionRoutes({ commands, log, polls, now }),
        ...pollRoutes({ reading: polls, now }),
        ...liveDecisionRoutes(new DecisionReading({ commands, log })),
        ...ruleRoutes({ commands, log, area }),
        ...alertRoutes(new AlertReading({ commands, log })),
        ...learningRoutes(learned),
        ...demoRoutes(demo),
      ],
    },
  });
  const fetch = (request: Request) => site.app.fetch(request);
  answering.fetch = fetch;
  return {
    ...site,
    clock,
    commands,
    demo,
    fetch,
    /** Reads as an admin. */
    read: async (path: string) => {
      const response = await site.call("GET", `/api/v1${path}`);
      return await response.json();
    },
    [Symbol.asyncDispose]: async () => {
      await demo.close();
      site[Symbol.dispose]();
      learned.close();
      await commands.close();
      await log.close();
    },
  };
}
