/** What a node answers its peers about the connections it holds. */
import type { Hub } from "../hub.ts";
import type { Json } from "../json.ts";
import { RealtimeError } from "../realtime_error.ts";
import type { NodeFigures } from "./node_figures.ts";
import { listPart, withinBounds } from "./reach_lists.ts";
import { Question } from "./reach_messages.ts";

export interface ReachAnswers {
  readonly hub: Pick<
    Hub,
    | "connection"
    | "connections"
    | "disconnect"
    | "disconnectUser"
    | "search"
    | "subscribe"
    | "unsubscribe"
  >;
  readonly figures: () => NodeFigures;
}

/** @throws when it is no question of ours, or cannot be answered now: the peer hears nothing */
export function answerReach(
  asked: Json,
  { hub, figures }: ReachAnswers,
): Json | Promise<Json> {
  const question = Question.parse(asked);
  switch (question.do) {
    case "find": {
      const view = hub.connection(question.connectionId);
      return { view: view ? { ...view } : null };
    }
    case "end":
      return { held: hub.disconnect(question.connectionId, question.code) };
    case "end_user": {
      const { userId, code, signInId } = question;
      const options = signInId === null ? {} : { signInId };
      return { closed: hub.disconnectUser(userId, code, options) };
    }
    case "subscribe":
      return subscribe(question, hub);
    case "unsubscribe": {
      const { connectionId, channel } = question;
      const held = hub.connection(connectionId) !== undefined;
      return { held, was: held && hub.unsubscribe(connectionId, channel) };
    }
    case "list": {
      const { views, isCut } = listPart(hub.connections(), question);
      return { views: views.map((view) => ({ ...view })), isCut };
    }
    case "search": {
      const { text, state, order, limit } = question;
      const query = { text, order, from: 0, limit, ...state && { state } };
      const { found, items } = hub.search(query);
      return { found, items: withinBounds(items).map((one) => ({ ...one })) };
    }
    case "figures":
      return figures();
  }
}

async function subscribe(
  { connectionId, channel }: {
    readonly connectionId: string;
    readonly channel: string;
  },
  hub: ReachAnswers["hub"],
): Promise<Json> {
  if (hub.connection(connectionId) === undefined) {
    return { held: false, position: null, refused: null };
  }
  try {
    const position = await hub.subscribe(connectionId, channel);
    return { held: true, position, refused: null };
  } catch (error) {
    if (!(error instanceof RealtimeError)) throw error;
    const { code, message } = error;
    return { held: true, position: null, refused: { code, message } };
  }
}
