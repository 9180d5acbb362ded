/** The AsyncAPI 3 document of `/ws`: channels, every message both ways, error and close codes. */
import { z } from "zod";
import { dragWeights } from "../../domain/decisions/live/drag_weights.ts";
import type { AnyCommand } from "../../realtime/commands.ts";
import { CLOSE, ERROR_CODES, SUBPROTOCOL } from "../../realtime/codes.ts";
import type { Json } from "../../realtime/json.ts";
import { type JsonObject, schemaOf } from "../api/json_schema.ts";
import { CHANNELS } from "./channels.ts";
import {
  FROM_CLIENT,
  FROM_SERVER,
  type MessageDescription,
  PUBLICATIONS,
} from "./messages.ts";

/** Commands that leave nothing behind, so HTTP has none of them. */
const SIGNALS: readonly DescribedCommand[] = [{
  name: dragWeights.name,
  summary: "Show everybody weights while one drags them; nothing is kept",
  input: dragWeights.input,
}];

/** A command as far as the document tells of it. */
export type DescribedCommand = Pick<AnyCommand, "name" | "summary" | "input">;

export interface AsyncApiOptions {
  readonly version: string;
  readonly commands: readonly DescribedCommand[];
}

/** @returns JSON that is valid AsyncAPI 3.0.0; schemas in it are of JSON Schema draft 7. */
export function asyncApi(options: AsyncApiOptions): JsonObject {
  const { version, commands } = options;
  const socket = [
    ...FROM_CLIENT.map(({ type }) => clientKey(type)),
    ...FROM_SERVER.map(({ type }) => serverKey(type)),
  ];
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Regulens",
      version,
      description: "One WebSocket carries every channel: text frames of one " +
        "or more JSON objects, separated by newlines. docs/protocol.md has " +
        "the rules (P1, P2 …).",
    },
    defaultContentType: "application/json",
    servers: {
      here: {
        host: "{host}",
        pathname: "/ws",
        protocol: "wss",
        description: `Sub-protocol ${SUBPROTOCOL}`,
        variables: {
          host: { default: "127.0.0.1:8000", description: "Of this server" },
        },
        security: [
          { $ref: "#/components/securitySchemes/bearer" },
          { $ref: "#/components/securitySchemes/ticket" },
        ],
      },
    },
    channels: {
      socket: {
        address: "/ws",
        title: "The connection itself",
        description: "What is asked, and answered, whatever channel it is of",
        messages: references(socket),
        "x-error-codes": [...ERROR_CODES],
        "x-close-codes": Object.entries(CLOSE).map(([name, code]) => ({
          code,
          name,
          reconnect: code < 4500 && code >= 4000,
        })),
      },
      ...Object.fromEntries(CHANNELS.map((channel) => [channel.key, {
        address: channel.address,
        description: `${channel.readers}. ${channel.kept}.`,
        messages: references(channel.types),
        ...channel.parameters && {
          parameters: Object.fromEntries(
            Object.entries(channel.parameters)
              .map(([name, description]) => [name, { description }]),
          ),
        },
      }])),
    },
    operations: operations(),
    components: {
      messages: {
        ...described(
          FROM_CLIENT,
          clientKey,
          (message) =>
            message.type === "COMMAND"
              ? commandSchema([...commands, ...SIGNALS])
              : schemaOf(
                message.schema,
                "input",
              ),
        ),
        ...described(
          FROM_SERVER,
          serverKey,
          ({ schema }) => schemaOf(schema, "output"),
        ),
        ...described(
          PUBLICATIONS,
          (type) => type,
          ({ schema }) => schemaOf(schema, "output"),
        ),
      },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        ticket: {
          type: "httpApiKey",
          in: "query",
          name: "ticket",
          description: "From POST /api/v1/tickets: once, within 30 seconds",
        },
      },
    },
  };
}

/** Both sides may say HEARTBEAT, BROADCAST, DIRECT_MESSAGE: the names say which side does. */
function clientKey(type: string): string {
  return `client.${type}`;
}

function serverKey(type: string): string {
  return `server.${type}`;
}

function references(keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.map((key) => [key, { $ref: `#/components/messages/${key}` }]),
  );
}

function described(
  messages: readonly MessageDescription[],
  keyOf: (type: string) => string,
  schema: (message: MessageDescription) => JsonObject,
): JsonObject {
  return Object.fromEntries(
    messages.map((message) => [keyOf(message.type), {
      name: message.type,
      title: message.type,
      summary: message.summary,
      payload: schema(message),
      ...message.examples && {
        examples: message.examples.map((payload) => ({
          payload: JSON.parse(JSON.stringify(payload)),
        })),
      },
    }]),
  );
}

/** From the server's side, as the document speaks: it receives requests and sends the rest. */
function operations(): JsonObject {
  const inSocket = (key: string): Json => ({
    $ref: `#/channels/socket/messages/${key}`,
  });
  const channel = { $ref: "#/channels/socket" };
  const replies: Readonly<Record<string, string>> = {
    SUBSCRIBE: "SUBSCRIBED",
    HEARTBEAT: "HEARTBEAT",
  };
  return {
    ...Object.fromEntries(FROM_CLIENT.map(({ type, summary }) => [
      `take_${type.toLowerCase()}`,
      {
        action: "receive",
        channel,
        summary,
        messages: [inSocket(clientKey(type))],
        reply: {
          channel,
          messages: [
            inSocket(serverKey(replies[type] ?? "ACK")),
            inSocket(serverKey("ERROR")),
          ],
        },
      },
    ])),
    tell_of_the_connection: {
      action: "send",
      channel,
      messages: FROM_SERVER.map(({ type }) => inSocket(serverKey(type))),
    },
    ...Object.fromEntries(
      CHANNELS.filter(({ types }) => types.length > 0).map(({ key, types }) => [
        `publish_to_${key}`,
        {
          action: "send",
          channel: { $ref: `#/channels/${key}` },
          messages: types.map((type) => ({
            $ref: `#/channels/${key}/messages/${type}`,
          })),
        },
      ]),
    ),
  };
}

/** COMMAND, with the input of each command there is. */
function commandSchema(commands: readonly DescribedCommand[]): JsonObject {
  const envelope = schemaOf(
    z.object({
      type: z.literal("COMMAND"),
      id: z.int().positive().optional(),
      messageId: z.string().optional(),
    }),
    "input",
  );
  const { properties } = envelope;
  return {
    ...envelope,
    properties: {
      ...(typeof properties === "object" ? properties : {}),
      payload: {
        oneOf: commands.map(({ name, summary, input }) => ({
          type: "object",
          description: summary,
          properties: {
            command: { type: "string", const: name },
            input: schemaOf(input, "input"),
          },
          required: ["command"],
        })),
      },
    },
    required: ["type", "payload"],
  };
}
