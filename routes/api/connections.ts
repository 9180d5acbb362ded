/** Connections over HTTP: who is here, and ending or subscribing a connection. */
import { z } from "zod";
import { CLOSE } from "../../realtime/codes.ts";
import type { ConnectionView } from "../../realtime/connections.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { HubPart } from "../parts.ts";
import { operation, type Route } from "./operation.ts";
import { isoTime } from "./times.ts";
import { Page, pageByKey, pageOf } from "./paging.ts";
import { IsoTime, Position } from "./schemas.ts";

const tag = "Operations";

const ConnectionId = z.object({ connectionId: z.string() });

const Connection = z.object({
  connectionId: z.string(),
  userId: z.string(),
  state: z.string(),
  connectedAt: IsoTime,
  lastSeenAt: IsoTime,
  messagesSent: z.int(),
  messagesReceived: z.int(),
  latencyMs: z.number().nullable(),
  bufferedBytes: z.int(),
  subscriptions: z.array(z.string()),
});

export function connectionRoutes({ hub }: { hub: HubPart }): readonly Route[] {
  const find = (connectionId: string): ConnectionView => {
    const found = hub.connection(connectionId);
    if (found === undefined) throw unknownConnection();
    return found;
  };
  return [
    operation({
      method: "GET",
      path: "/api/v1/connections",
      summary: "Lists the connections of this node",
      tag,
      action: "see_connections",
      input: { query: Page },
      answers: { 200: { description: "A page", schema: pageOf(Connection) } },
      run: ({ c, query }) => {
        const page = pageByKey(
          hub.connections(),
          ({ connectionId }) => connectionId,
          query,
        );
        return c.json({ ...page, items: page.items.map(inHttp) });
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
      run: ({ c, params }) => c.json(inHttp(find(params.connectionId))),
    }),
    operation({
      method: "DELETE",
      path: "/api/v1/connections/{connectionId}",
      summary: "Closes a connection with 4503, which invites no reconnect",
      tag,
      action: "close_connection",
      input: { params: ConnectionId },
      answers: { 204: { description: "Closed" } },
      run: ({ c, params }) => {
        const closed = hub.disconnect(params.connectionId, CLOSE.forbidden);
        if (!closed) throw unknownConnection();
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
        find(connectionId);
        const position = await hub.subscribe(connectionId, channel);
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
      run: ({ c, params: { connectionId, channel } }) => {
        find(connectionId);
        if (!hub.unsubscribe(connectionId, channel)) {
          const detail = "Cannot find this subscription";
          throw new RealtimeError("not_found", detail);
        }
        return c.body(null, 204);
      },
    }),
  ];
}

function inHttp(connection: ConnectionView) {
  return {
    ...connection,
    connectedAt: isoTime(connection.connectedAt),
    lastSeenAt: isoTime(connection.lastSeenAt),
  };
}

function unknownConnection(): RealtimeError {
  return new RealtimeError("not_found", "Cannot find this connection");
}
