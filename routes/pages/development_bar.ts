/** What the development bar of a page starts from; there is none outside development. */
import { hasRole } from "../../domain/access.ts";
import type {
  DevelopmentState,
  SecondParticipant,
} from "../../islands/development_model.ts";
import type { User } from "../../realtime/user.ts";
import { ROBIN } from "../development_participant.ts";
import type { PageParts } from "./page_parts.ts";

/** @param sessionId Of the session that the page shows; undefined when it shows none. */
export function developmentState(
  { development = false, live = true, simulated }: PageParts,
  user: User | undefined,
  sessionId: string | undefined,
): DevelopmentState | undefined {
  if (!development || !live || !user) return undefined;
  const mayBring = simulated && hasRole(user, "member");
  const second: SecondParticipant | undefined =
    sessionId !== undefined && mayBring
      ? {
        sessionId,
        userId: ROBIN.userId,
        name: ROBIN.name,
        isHere: simulated.has(sessionId),
      }
      : undefined;
  const mayRestart = hasRole(user, "facilitator");
  return { userId: user.userId, mayRestart, second };
}
