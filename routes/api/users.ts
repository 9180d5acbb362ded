/** Users over HTTP: who I am, tickets, messages to one person, ending their connections. */
import { z } from "zod";
import { hasRole, ROLES } from "../../domain/access.ts";
import { AnyJson, MessageId } from "../../realtime/protocol.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import { demand } from "../access.ts";
import { TICKET_LIFETIME_MS } from "../auth_tickets.ts";
import type { Parts } from "../parts.ts";
import { messageIdOf } from "./idempotency.ts";
import { operation, type Route } from "./operation.ts";
import { Published, SilentNodes, UserId } from "./schemas.ts";

const tag = "Operations";

const UserParam = z.object({ userId: UserId });

const Me = z.object({
  userId: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
});

const TicketFor = z.object({
  userId: UserId.optional(),
  name: z.string().trim().min(1).max(80)
    .regex(/^\P{C}*$/u, "No control characters").optional(),
  roles: z.array(z.enum(ROLES)).min(1).optional(),
});

export function userRoutes(
  { hub, tickets, disconnects }: Pick<
    Parts,
    "hub" | "tickets" | "disconnects"
  >,
): readonly Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/me",
      summary: "Tells who asks",
      tag,
      input: {},
      answers: { 200: { description: "The caller", schema: Me } },
      run: ({ c, user: { userId, name, roles } }) =>
        c.json({ userId, name, roles }),
    }),
    operation({
      method: "POST",
      path: "/api/v1/tickets",
      summary: "Issues a ticket for one handshake within 30 s",
      tag,
      input: { body: TicketFor },
      answers: {
        201: {
          description: "Use it as /ws?ticket=…",
          schema: z.object({ ticket: z.string(), expiresInMs: z.int() }),
        },
      },
      run: ({ c, user, body }) => {
        const ticket = tickets.issue(ticketUser(user, body), user);
        return c.json({ ticket, expiresInMs: TICKET_LIFETIME_MS }, 201);
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/users/{userId}/messages",
      summary: "Sends a direct message, which waits for an offline user",
      tag,
      idempotency: "message_id",
      input: {
        params: UserParam,
        body: z.object({ body: AnyJson, messageId: MessageId.optional() }),
      },
      answers: { 201: { description: "Its place", schema: Published } },
      run: async ({ c, user: sender, params: { userId }, body }) =>
        c.json(
          await hub.sendDirect({
            recipient: userId,
            body: body.body,
            sender,
            messageId: messageIdOf(c, body.messageId),
          }),
          201,
        ),
    }),
    operation({
      method: "POST",
      path: "/api/v1/users/{userId}/disconnect",
      summary: "Closes all connections of a user with 4501",
      tag,
      input: { params: UserParam },
      answers: {
        200: {
          description: "How many were closed, on all nodes",
          schema: z.object({ disconnected: z.int(), silentNodes: SilentNodes }),
        },
      },
      run: async ({ c, user, params: { userId } }) => {
        demand(user, "disconnect", { kind: "user", userId });
        const { closed, silent } = await disconnects.user(userId, user);
        return c.json({ disconnected: closed, silentNodes: silent });
      },
    }),
  ];
}

/** Who a ticket is for. @throws {RealtimeError} `forbidden` when that is more than the caller is */
function ticketUser(user: User, asked: z.infer<typeof TicketFor>): User {
  const sameUser = asked.userId === undefined || asked.userId === user.userId;
  if (!hasRole(user, "admin")) {
    const sameName = asked.name === undefined || asked.name === user.name;
    if (!sameUser || !sameName || asked.roles !== undefined) {
      throw new RealtimeError(
        "forbidden",
        "Cannot issue a ticket for someone else: it needs the role admin",
      );
    }
    return user;
  }
  const { userId = user.userId, name, roles } = asked;
  if (sameUser && name === undefined && roles === undefined) return user;
  return {
    userId,
    name: name ?? (sameUser ? user.name : userId),
    // Another person gets no more than they need unless it is asked for.
    roles: roles ?? (sameUser ? user.roles : ["member"]),
    // Only the caller's own sign-in can end this ticket early.
    ...(sameUser && user.signInId ? { signInId: user.signInId } : {}),
  };
}
