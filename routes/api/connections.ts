/** Connections over HTTP: who is here, and ending or subscribing a connection. */
import { z } from "zod";
import { TRANSPORTS } from "../../realtime/connection.ts";
import type { ConnectionView } from "../../realtime/connections.ts";
import type { Held } from "../../realtime/nodes/reach.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { Parts } from "../parts.ts";
import { operation, type Route } from "./operation.ts";
import { isoTime } from "./times.ts";
import { Page, pageOf } from "./paging.ts";
import { IsoTime, Position, SilentNodes } from "./schemas.ts";

const tag = "Operations";

const ConnectionId = z.object({ connectionId: z.string() });

const Connection = z.object({
  connectionId: z.string(),
  node: z.string().meta({ description: "The node that holds it" }),
  userId: z.string(),
  transport: z.enum(TRANSPORTS),
  state: z.string(),
  connectedAt: IsoTime,
  lastSeenAt: IsoTime,
  messagesSent: z.int(),
  messagesReceived: z.int(),
  bytesSent: z.int().meta({ description: "UTF-8, without framing" }),
  bytesReceived: z.int(),
  latencyMs: z.number().nullable(),
  bufferedBytes: z.int(),
  subscriptions: z.array(z.string()),
});

export function connectionRoutes(
  { reach, disconnects }: Pick<Parts, "reach" | "disconnects">,
): readonly Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/connections",
      summary: "Lists the connections of all nodes, by id",
      tag,
      action: "see_connections",
      input: { query: Page },
      answers: {
        200: {
          description: "A page; it may hold fewer than there are",
          schema: pageOf(Connection).extend({ silentNodes: SilentNodes }),
        },
      },
      run: async ({ c, query }) => {
        const { items, nextCursor, silent } = await reach.list(query);
        const page = { items: items.map(inHttp), nextCursor };
        return c.json({ ...page, silentNodes: silent });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/connections/{connectionId}",
      summary: "Shows one connection",
      tag,
      action: "see_connections",
      input: { params: ConnectionId },
      answers: { 200: { description: "The connection", schema: Connection } },
      run: async ({ c, params }) => {
        const found = await reach.connection(params.connectionId);
        if (found === undefined) throw unknownConnection();
        return c.json(inHttp(found));
      },
    }),
    operation({
      method: "DELETE",
      path: "/api/v1/connections/{connectionId}",
      summary: "Closes a connection with 4503, which invites no reconnect",
      tag,
      action: "close_connection",
      input: { params: ConnectionId },
      answers: { 204: { description: "Closed" } },
      run: async ({ c, user, params: { connectionId } }) => {
        const isClosed = await disconnects.one(connectionId, user);
        if (!isClosed) throw unknownConnection();
        return c.body(null, 204);
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/connections/{connectionId}/subscriptions",
      summary: "Subscribes a connection to a channel its user may read",
      tag,
      action: "subscribe_connection",
      input: {
        params: ConnectionId,
        body: z.object({ channel: z.string().min(1) }),
      },
      answers: {
        201: {
          description: "Subscribed from this position on",
          schema: Position.extend({ channel: z.string() }),
        },
      },
      run: async ({ c, params: { connectionId }, body: { channel } }) => {
        const position = await reach.subscribe(connectionId, channel);
        const place = `${c.req.path}/${encodeURIComponent(channel)}`;
        c.header("Location", place);
        return c.json({ channel, ...position }, 201);
      },
    }),
    operation({
      method: "DELETE",
      path: "/api/v1/connections/{connectionId}/subscriptions/{channel}",
      summary: "Ends a subscription of a connection",
      tag,
      action: "subscribe_connection",
      input: { params: ConnectionId.extend({ channel: z.string() }) },
      answers: { 204: { description: "Ended" } },
      run: async ({ c, params: { connectionId, channel } }) => {
        if (!await reach.unsubscribe(connectionId, channel)) {
          const detail = "Cannot find this subscription";
          throw new RealtimeError("not_found", detail);
        }
        return c.body(null, 204);
      },
    }),
  ];
}

function inHttp(connection: ConnectionView & Held) {
  return {
    ...connection,
    connectedAt: isoTime(connection.connectedAt),
    lastSeenAt: isoTime(connection.lastSeenAt),
  };
}

function unknownConnection(): RealtimeError {
  return new RealtimeError("not_found", "Cannot find this connection");
}
