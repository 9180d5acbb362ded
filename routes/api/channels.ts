/** Channels over HTTP: publish, read back, see who is there. */
import { z } from "zod";
import { AnyJson, MessageId } from "../../realtime/protocol.ts";
import type { HubPart } from "../parts.ts";
import { messageIdOf } from "./idempotency.ts";
import { operation, type Route } from "./operation.ts";
import { Limit } from "./paging.ts";
import { Published } from "./schemas.ts";

const tag = "Operations";

const ChannelParam = z.object({ channel: z.string() });

/** Held by every connection (P8). */
const EVERYONE = "topic:all";

const Publication = z.object({
  payload: AnyJson,
  messageId: MessageId.optional(),
});

const Offset = z.string().regex(/^\d{1,15}$/).transform(Number);

export function channelRoutes({ hub }: { hub: HubPart }): readonly Route[] {
  return [
    operation({
      method: "POST",
      path: "/api/v1/channels/{channel}/publications",
      summary: "Publishes a BROADCAST to a channel",
      tag,
      idempotency: "message_id",
      input: { params: ChannelParam, body: Publication },
      answers: { 201: { description: "Its place", schema: Published } },
      run: async ({ c, user: sender, params: { channel }, body }) => {
        const messageId = messageIdOf(c, body.messageId);
        const { payload } = body;
        const published = await hub.publish({
          channel,
          payload,
          sender,
          messageId,
        });
        c.header("Location", historyUrl(published));
        return c.json(published, 201);
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/channels/{channel}/history",
      summary: "Reads publications after an offset, oldest first",
      tag,
      input: {
        params: ChannelParam,
        query: z.object({
          after: Offset.optional(),
          limit: Limit,
          /** The `nextCursor` of the page before; wins over `after`. */
          cursor: Offset.optional(),
        }),
      },
      answers: {
        200: {
          description: "Publications as the socket delivers them",
          schema: z.object({
            epoch: z.string(),
            head: z.int(),
            items: z.array(z.looseObject({
              type: z.string(),
              offset: z.int(),
            })),
            nextCursor: z.string().nullable(),
          }),
        },
      },
      run: async ({ c, user, params: { channel }, query }) => {
        const after = query.cursor ?? query.after ?? 0;
        return c.json(await hub.history(user, channel, after, query.limit));
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/channels/{channel}/presence",
      summary: "Shows who holds a subscription now",
      tag,
      input: { params: ChannelParam },
      answers: {
        200: {
          description: "One row per user",
          schema: z.object({
            users: z.array(z.object({
              userId: z.string(),
              name: z.string(),
              role: z.string(),
              status: z.enum(["active", "away"]),
              connections: z.int(),
            })),
          }),
        },
      },
      run: async ({ c, user, params: { channel } }) =>
        c.json(await hub.presence(user, channel)),
    }),
    operation({
      method: "POST",
      path: "/api/v1/broadcast",
      summary: "Publishes to every connection",
      tag,
      action: "broadcast",
      idempotency: "message_id",
      input: { body: Publication },
      answers: { 201: { description: "Its place", schema: Published } },
      run: async ({ c, user: sender, body }) => {
        const messageId = messageIdOf(c, body.messageId);
        const { payload } = body;
        const published = await hub.publish({
          channel: EVERYONE,
          payload,
          sender,
          messageId,
        });
        c.header("Location", historyUrl(published));
        return c.json(published, 201);
      },
    }),
  ];
}

/** Where a publication can be read back. */
export function historyUrl(
  { channel, offset }: { channel: string; offset: number },
): string {
  const name = encodeURIComponent(channel);
  return `/api/v1/channels/${name}/history?after=${offset - 1}&limit=1`;
}
