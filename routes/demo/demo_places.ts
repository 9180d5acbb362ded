/** Where everything of one life of the demo lies in the log: what its removal removes. */
import {
  ALERTS_CHANNEL,
  alertSubject,
} from "../../domain/alerts/alert_commands.ts";
import { feedbackSubject } from "../../domain/learning/feedback_command.ts";
import {
  labelPrefix,
  LABELS_VIEW,
  readLabelRow,
} from "../../domain/learning/feedback_view.ts";
import {
  RULES_CHANNEL,
  ruleSubject,
} from "../../domain/rules/book/rule_commands.ts";
import { sessionChannel } from "../../domain/sessions/session.ts";
import { userChannel } from "../../domain/user_id.ts";
import type { Log } from "../../realtime/log/log.ts";
import { isJsonObject } from "../json_body.ts";
import { ruleIds } from "./case_rules.ts";
import { DEMO_PEOPLE } from "./demo_people.ts";
import { demoId, type DemoPlan, messageIdOf } from "./demo_step.ts";
import { demoSteps } from "./demo_steps.ts";

export interface DemoPlace {
  readonly channel: string;
  /** Absent: the whole channel. */
  readonly subject?: string;
}

/** Both sessions of a life. */
export function demoSessionIds(plan: DemoPlan): readonly string[] {
  return ["meridian", "harbour"].map((name) => demoId(plan, name));
}

/** Whether a place of the demo is its own or the house's, not a session that others opened. */
export function isOfDemo(plan: DemoPlan, channel: string): boolean {
  if (!channel.startsWith("session:")) return true;
  return demoSessionIds(plan).some((id) => channel === sessionChannel(id));
}

/**
 * Every place that the demo, or somebody in it, has written to; some may be empty by now. What
 * is sealed for a poll goes with its session.
 */
export async function demoPlaces(
  plan: DemoPlan,
  log: Pick<Log, "query" | "recall">,
): Promise<readonly DemoPlace[]> {
  const rules = ruleIds(plan);
  const people = Object.values(DEMO_PEOPLE).flatMap(({ userId }) =>
    userChannel(userId) ?? []
  );
  const labels = await Promise.all(
    rules.map((id) => placesOfLabels(log, id)),
  );
  const alerts = await alertSubjects(plan, log);
  return [
    ...labels.flat(),
    ...alerts.map((subject) => ({ channel: ALERTS_CHANNEL, subject })),
    ...rules.map((id) => ({
      channel: RULES_CHANNEL,
      subject: ruleSubject(id),
    })),
    ...demoSessionIds(plan).map((id) => ({ channel: sessionChannel(id) })),
    ...people.map((channel) => ({ channel })),
  ];
}

/** A visitor may have said in a session of their own whether a rule of the demo was right. */
async function placesOfLabels(
  log: Pick<Log, "query">,
  id: string,
): Promise<readonly DemoPlace[]> {
  const channels = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await log.query(LABELS_VIEW, {
      prefix: labelPrefix("rule", id),
      limit: 500,
      cursor,
    });
    for (const { data } of page.rows) {
      const label = readLabelRow(data);
      if (label) channels.add(label.channel);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const subject = feedbackSubject({ kind: "rule", id });
  return [...channels].map((channel) => ({ channel, subject }));
}

/** What raising was answered names the alert: ids made of a dedupe key cannot be known before. */
async function alertSubjects(
  plan: DemoPlan,
  log: Pick<Log, "recall">,
): Promise<readonly string[]> {
  const raising = demoSteps(plan).filter(({ path, key }) =>
    path === "/alerts" && key.startsWith("alert.")
  );
  const found = await Promise.all(raising.map(async ({ key, as }) => {
    const answer = await log.recall({
      sender: DEMO_PEOPLE[as].userId,
      scope: ALERTS_CHANNEL,
      messageId: messageIdOf(plan, key),
    });
    const alert = isJsonObject(answer?.result) && answer.result.alert;
    return isJsonObject(alert) && typeof alert.id === "string"
      ? [alertSubject(alert.id)]
      : [];
  }));
  return [...new Set(found.flat())];
}
