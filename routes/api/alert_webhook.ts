/** `POST /api/v1/alerts/webhook`: other systems raise alerts, each message signed and once. */
import { z } from "zod";
import { RaiseAlert } from "../../domain/alerts/alert_input.ts";
import type { Commands } from "../../realtime/commands.ts";
import { MessageId } from "../../realtime/protocol.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext } from "../env.ts";
import { isRecord, parseJson } from "../json_body.ts";
import { problem } from "../problem.ts";
import { isSignedBy } from "../webhook_signature.ts";
import { schemaOf } from "./json_schema.ts";
import type { Route } from "./operation.ts";
import { withIsoTimes } from "./times.ts";

export const WEBHOOK_PATH = "/api/v1/alerts/webhook";

/** Who raises what comes in by webhook: it may do what members do, and see no session. */
export const WEBHOOK_USER: User = {
  userId: "webhook",
  name: "Webhook",
  roles: ["member"],
};

const ALERTS = [{
  severity: "high" as const,
  title: "Sanctions list match: KX-14",
  dedupeKey: "sanctions:KX-14",
  source: "screening",
}];

export interface WebhookOptions {
  readonly commands: Pick<Commands, "execute">;
  /** Without any, every message is refused. */
  readonly secrets?: readonly string[];
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
}

export function alertWebhook(
  { commands, secrets = [], now = Date.now }: WebhookOptions,
): Route {
  return {
    method: "POST",
    path: WEBHOOK_PATH,
    summary: "Raises an alert by a signed webhook (Standard Webhooks)",
    tag: "Alerts",
    public: true,
    input: {},
    bodySchema: JSON.parse(
      JSON.stringify(schemaOf(RaiseAlert.meta({ examples: ALERTS }), "input")),
    ),
    answers: {
      201: {
        description: "Raised, counted up, or the first answer again",
        schema: z.looseObject({ duplicate: z.literal(true).optional() }),
      },
    },
    handle: async (c) => {
      const body = new Uint8Array(await c.req.arrayBuffer());
      const header = (name: string) => c.req.header(`webhook-${name}`) ?? "";
      const id = MessageId.safeParse(header("id"));
      const signed = {
        id: header("id"),
        timestamp: header("timestamp"),
        signature: header("signature"),
        body,
      };
      if (!id.success || !isSignedBy(secrets, signed, now())) {
        return unsigned(c);
      }
      const input = dataOf(parseJson(new TextDecoder().decode(body)));
      const { result, positions: [position], duplicate } = await commands
        .execute("raise_alert", input, {
          user: WEBHOOK_USER,
          messageId: id.data,
        });
      const shown = withIsoTimes(result);
      const { channel, epoch, offset } = position;
      return c.json({
        ...(isRecord(shown) ? shown : {}),
        channel,
        position: { epoch, offset },
        ...(duplicate ? { duplicate: true } : {}),
      }, 201);
    },
  };
}

/** Some senders put it into an envelope of `type`, `timestamp` and `data`. */
function dataOf(body: unknown): unknown {
  const isWrapped = isRecord(body) && typeof body.type === "string" &&
    isRecord(body.data);
  return isWrapped ? body.data : body;
}

/** One answer for whatever is wrong with it: it teaches nothing. */
function unsigned(c: AppContext): Response {
  return problem(c, {
    code: "unauthorized",
    detail: "Cannot take this webhook: its signature or its time is wrong",
  });
}
