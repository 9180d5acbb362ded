/** One reading of a decision for its page: the state, whose rights, and the first figures. */
import { hasRole } from "../../domain/access.ts";
import { hasVoice } from "../../domain/sessions/voice.ts";
import { decisionChannel } from "../../domain/decisions/live/decision_commands.ts";
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import { leads } from "../../domain/sessions/decide.ts";
import type { SessionState } from "../../domain/sessions/session.ts";
import { figuresOf } from "../../islands/decision_engine.ts";
import {
  type DecisionMistake,
  type DecisionPageState,
  type DecisionRights,
  packDecision,
  packScores,
  type Person,
} from "../../islands/decision_state.ts";
import type { User } from "../../realtime/user.ts";
import type { ReadDecision } from "../decision_reading.ts";
import type { AppContext } from "../env.ts";
import { readSession } from "../session_sight.ts";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";

interface DecisionRead {
  readonly read: ReadDecision;
  readonly user: User;
  readonly mistake?: DecisionMistake;
}

export async function decisionPageState(
  c: AppContext,
  parts: PageParts,
  { read: { decision, own, position }, user, mistake }: DecisionRead,
): Promise<DecisionPageState> {
  const session = await sessionOf(parts, decision);
  const { userId, name } = user;
  return {
    decision: packDecision(decision),
    own: own && !decision.sheets.get(userId)?.scores
      ? packScores(decision, own)
      : undefined,
    position: { ...position, channel: decisionChannel(decision.sessionId) },
    reader: { userId, name },
    rights: rightsOf(decision, session, user),
    asked: askedIn(session),
    figures: figuresOf(decision),
    readAt: (parts.now ?? Date.now)(),
    zone: zoneOf(c),
    formId: (parts.newId ?? (() => crypto.randomUUID()))(),
    build: parts.manifest.boot[0] ?? "",
    mistake,
  };
}

/** The session it belongs to; undefined for one of the house. */
export async function sessionOf(
  { commands }: PageParts,
  { sessionId }: LiveDecision,
): Promise<SessionState | undefined> {
  if (sessionId === null) return undefined;
  return (await readSession(commands, sessionId)).state;
}

export function rightsOf(
  decision: LiveDecision,
  session: SessionState | undefined,
  user: User,
): DecisionRights {
  const isLive = session?.status !== "closed";
  const shape = session && session.status !== "none"
    ? leads(session, user)
    : hasRole(user, "facilitator") || decision.openedBy === user.userId;
  return { score: isLive && hasVoice(user, session), shape };
}

/** Participants who score; of a decision of the whole house nobody in particular is asked. */
function askedIn(session: SessionState | undefined): readonly Person[] {
  if (!session || session.status === "none") return [];
  return session.participants
    .filter(({ status, role }) => status !== "left" && role !== "observer")
    .map(({ userId, name }) => ({ userId, name }));
}
