/** Every command over HTTP: method, path, schema and status come from its declaration. */
import { z } from "zod";
import type { Json } from "../../realtime/json.ts";
import type { AnyCommand, Commands } from "../../realtime/commands.ts";
import type { ChannelPosition } from "../../realtime/log/log.ts";
import { MessageId } from "../../realtime/protocol.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext } from "../env.ts";
import { isJsonObject, isRecord, parseJson } from "../json_body.ts";
import { examplesOfCommand } from "./command_examples.ts";
import { idempotencyKey, messageIdOf } from "./idempotency.ts";
import { type JsonObject, schemaOf } from "./json_schema.ts";
import { type Route, unauthorized } from "./operation.ts";
import { Position } from "./schemas.ts";
import { withIsoTimes } from "./times.ts";
import { refuseUnknown } from "./unknown_fields.ts";

const BASE = "/api/v1";

/** What every command answers besides its own result. */
const Outcome = z.looseObject({
  channel: z.string(),
  position: Position,
  duplicate: z.literal(true).optional(),
});

export interface CommandRoutesOptions {
  readonly commands: Pick<Commands, "declarations" | "execute">;
  /** By command: waits for what it set off, where its input asks for that. @default nothing */
  readonly settle?: Readonly<Record<string, Settle>>;
  /** Turns what the socket gets of a result into what HTTP shows. @default times in ISO 8601 */
  readonly present?: (result: Json, position: ChannelPosition) => Json;
  /** Where what a 201 made can be read. */
  readonly locate?: (result: Json) => string | undefined;
}

/** The result to answer instead, with 200; undefined for what goes on in the background. */
export type Settle = (
  result: Json,
  user: User,
) => Promise<Json | undefined>;

export function commandRoutes(
  options: CommandRoutesOptions,
): readonly Route[] {
  return options.commands.declarations.map((declaration) =>
    commandRoute(declaration, options)
  );
}

function commandRoute(
  declaration: AnyCommand,
  options: CommandRoutesOptions,
): Route {
  const { present = withIsoTimes, locate = () => undefined, settle = {} } =
    options;
  const { name, http, summary } = declaration;
  const path = BASE + http.path;
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param);
  const body = bodySchema(declaration, params);
  const known = body ?? { properties: {} };
  return {
    method: http.method,
    path,
    summary,
    tag: tagOf(declaration),
    public: false,
    input: {
      params: z.object(
        Object.fromEntries(params.map((param) => [param, z.string()])),
      ),
    },
    bodySchema: body,
    answers: { [http.status]: { description: summary, schema: Outcome } },
    handle: async (c) => {
      const user = c.get("user");
      if (user === undefined) return unauthorized(c);
      const { messageId, ...fields } = await readFields(c);
      refuseUnknown(c, () => known, fields);
      const answer = await options.commands.execute(
        name,
        // The path wins: it is what was authorized, logged and cached by.
        { ...fields, ...c.req.param() },
        { user, messageId: messageIdOf(c, asMessageId(messageId)) },
      );
      const [position] = answer.positions;
      const { channel, epoch, offset } = position;
      const settled = await settle[name]?.(answer.result, user);
      const status = settled === undefined ? http.status : 200;
      const result = settled ?? present(answer.result, position);
      const location = http.status === 200 ? undefined : locate(answer.result);
      if (location !== undefined) c.header("Location", location);
      return c.json({
        ...(isRecord(result) ? result : {}),
        channel,
        position: { epoch, offset },
        // A repeated key gets the first answer again, to the letter; a messageId is told.
        ...(answer.duplicate && idempotencyKey(c) === undefined
          ? { duplicate: true }
          : {}),
      }, status);
    },
  };
}

/** Operations of an area stand together: `sessions` under "Sessions". */
function tagOf({ area: { name } }: AnyCommand): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The fields of the body; an empty one has none. */
async function readFields(
  c: AppContext,
): Promise<{ readonly [name: string]: Json }> {
  const text = await c.req.text();
  const fields = text === "" ? {} : parseJson(text);
  if (isJsonObject(fields)) return fields;
  throw new RealtimeError("invalid", "Cannot accept the input: not an object", {
    errors: [{ path: "", message: "Must be an object" }],
  });
}

function asMessageId(value: unknown): string | undefined {
  const parsed = MessageId.optional().safeParse(value);
  if (parsed.success) return parsed.data;
  const message = "Must be 1 to 128 characters without control characters";
  throw new RealtimeError("invalid", `Cannot accept messageId: ${message}`, {
    errors: [{ path: "messageId", message }],
  });
}

/** The input's schema without what the path carries; undefined when nothing is left. */
function bodySchema(
  { name: command, input }: AnyCommand,
  params: readonly string[],
): JsonObject | undefined {
  const { properties, required, ...rest } = schemaOf(input, "input");
  const left = Object.entries(isRecord(properties) ? properties : {})
    .filter(([name]) => !params.includes(name));
  if (left.length === 0) return undefined;
  const needed = Array.isArray(required)
    ? required.filter((name) => !params.includes(name))
    : [];
  const examples = examplesOfCommand(command);
  const schema = {
    ...rest,
    ...(examples.length > 0 ? { examples } : {}),
    properties: Object.fromEntries(left),
    ...(needed.length > 0 ? { required: needed } : {}),
  };
  return JSON.parse(JSON.stringify(schema));
}
