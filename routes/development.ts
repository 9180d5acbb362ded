/** What the development bar asks of the server. In production these routes do not exist. */
import { z } from "zod";
import { hasRole } from "../domain/access.ts";
import type { RoleName } from "../domain/decider.ts";
import type { Commands } from "../realtime/commands.ts";
import type { Hub } from "../realtime/hub.ts";
import { RealtimeError } from "../realtime/realtime_error.ts";
import type { User } from "../realtime/user.ts";
import { operation, type Route } from "./api/operation.ts";
import {
  LIFETIME_MS,
  ROBIN,
  type SimulatedParticipants,
} from "./development_participant.ts";
import { demandSessionSight } from "./session_sight.ts";

const tag = "Development";

const InSession = z.object({ sessionId: z.string() });

export interface DevelopmentParts {
  readonly hub: Pick<Hub, "sendAway">;
  readonly commands: Pick<Commands, "state">;
  readonly simulated: Pick<SimulatedParticipants, "start" | "stop">;
}

export function developmentRoutes(
  { hub, commands, simulated }: DevelopmentParts,
): readonly Route[] {
  return [
    operation({
      method: "POST",
      path: "/development/restart",
      summary: "Sends every connection away as a restart would",
      tag,
      input: {},
      answers: {
        200: {
          description: "All are closed with 4001",
          schema: z.object({ connections: z.int() }),
        },
      },
      run: async ({ c, user }) => {
        demandRole(user, "facilitator");
        return c.json({ connections: await hub.sendAway() });
      },
    }),
    operation({
      method: "POST",
      path: "/development/sessions/{sessionId}/participant",
      summary: "Lets a simulated participant join for two minutes at most",
      tag,
      input: { params: InSession },
      answers: {
        200: {
          description: "It has joined",
          schema: z.object({
            userId: z.string(),
            name: z.string(),
            lifetimeMs: z.int(),
          }),
        },
      },
      run: async ({ c, user, params: { sessionId } }) => {
        await demandSight(commands, user, sessionId);
        await simulated.start(sessionId, user);
        const { userId, name } = ROBIN;
        return c.json({ userId, name, lifetimeMs: LIFETIME_MS });
      },
    }),
    operation({
      method: "DELETE",
      path: "/development/sessions/{sessionId}/participant",
      summary: "Lets the simulated participant leave",
      tag,
      input: { params: InSession },
      answers: { 204: { description: "It has left" } },
      run: async ({ c, user, params: { sessionId } }) => {
        await demandSight(commands, user, sessionId);
        await simulated.stop(sessionId);
        return c.body(null, 204);
      },
    }),
  ];
}

function demandRole(user: User, least: RoleName): void {
  if (hasRole(user, least)) return;
  const message = `Cannot do this with your role: it takes ${least}`;
  throw new RealtimeError("forbidden", message, { reason: "not_allowed" });
}

/** Whoever may not see a session learns nothing of it here either. */
async function demandSight(
  commands: Pick<Commands, "state">,
  user: User,
  sessionId: string,
): Promise<void> {
  demandRole(user, "member");
  await demandSessionSight(commands, user, sessionId);
}
