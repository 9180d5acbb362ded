/** Takes the demo away: its bodies and rows go, the chain over them stays and still verifies. */
import { sessions } from "../../domain/sessions/commands.ts";
import { sessionChannel } from "../../domain/sessions/session.ts";
import { SESSION_SUBJECT } from "../../domain/sessions/view.ts";
import { userChannel } from "../../domain/user_id.ts";
import type { Commands } from "../../realtime/commands.ts";
import { HOLDS_VIEW, type Log, LogHeld } from "../../realtime/log/log.ts";
import type { User } from "../../realtime/user.ts";
import type { Removals } from "../audit_removal.ts";
import { decodeJson, isRecord } from "../json_body.ts";
import { demoPlaces, demoSessionIds, isOfDemo } from "./demo_places.ts";
import type { DemoPlan } from "./demo_step.ts";

const PAGE_ENTRIES = 500;

export interface RemoveDemoOptions {
  readonly log: Pick<Log, "query" | "read" | "recall">;
  readonly removals: Pick<Removals, "eraseBody" | "removeChannel">;
  readonly commands: Pick<Commands, "state">;
  /** Who removes it: the audit trail says so. */
  readonly user: User;
}

/** Stands in the audit trail. */
const REASON = "The demo was removed";

/**
 * Asked before anything goes, so that a demo on hold stays whole.
 *
 * @throws {LogHeld} While a channel that it lives in is on legal hold.
 */
export async function demandNotHeld(
  plan: DemoPlan,
  log: Pick<Log, "query" | "recall">,
): Promise<void> {
  const places = await demoPlaces(plan, log);
  for (const channel of new Set(places.map(({ channel }) => channel))) {
    if (!isOfDemo(plan, channel)) continue;
    const { rows } = await log.query(HOLDS_VIEW, { key: channel, limit: 1 });
    if (rows.length > 0) throw new LogHeld(channel);
  }
}

/**
 * Begun again it goes on where it was. What was said about it elsewhere, and is on hold there,
 * stays: nobody's hold on a session of their own keeps the demo.
 *
 * @throws {LogHeld} When one of its own channels was put on hold meanwhile.
 */
export async function removeDemo(
  plan: DemoPlan,
  options: RemoveDemoOptions,
): Promise<void> {
  const { log, removals, user } = options;
  // First, while the sessions still tell who took part in them.
  await eraseNotices(plan, options);
  for (const { channel, subject } of await demoPlaces(plan, log)) {
    const removing = removals
      .removeChannel(channel, { subject, reason: REASON, user });
    await (isOfDemo(plan, channel) ? removing : removing.catch(leaveHeld));
  }
}

function leaveHeld(error: unknown): void {
  if (!(error instanceof LogHeld)) throw error;
}

/** What people were told on their own channels, such as that their vote is asked for. */
async function eraseNotices(
  plan: DemoPlan,
  { log, removals, commands, user }: RemoveDemoOptions,
): Promise<void> {
  const ids = demoSessionIds(plan);
  const people = await Promise.all(ids.map(async (id) => {
    const { state } = await commands.state(
      sessions,
      sessionChannel(id),
      SESSION_SUBJECT,
    );
    return state.status === "none"
      ? []
      : state.participants.map(({ userId }) => userId);
  }));
  for (const userId of new Set(people.flat())) {
    const channel = userChannel(userId);
    if (channel === undefined) continue;
    let after = 0;
    for (;;) {
      const entries = await log.read(channel, after, PAGE_ENTRIES);
      for (const { bodyText, offset } of entries) {
        const body = bodyText === null ? null : decodeJson(bodyText);
        const sessionId = isRecord(body) ? body.sessionId : undefined;
        if (ids.some((id) => id === sessionId)) {
          await removals
            .eraseBody(channel, offset, { reason: REASON, user })
            .catch(leaveHeld);
        }
      }
      const last = entries.at(-1);
      if (last === undefined) break;
      after = last.offset;
    }
  }
}
