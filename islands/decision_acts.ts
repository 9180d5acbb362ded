/** What one does to a decision: scores and weights by command, shown at once. */
import type { Scores, WeightsById } from "../domain/decisions/live/events.ts";
import type { Json } from "../realtime/json.ts";
import { MessageRefused } from "../realtime/client/message_refused.ts";
import { freshId } from "./browser_client.ts";
import { createLatest } from "./decision_drag.ts";
import type { LiveDecisionPage } from "./decision_live.ts";
import type { DecisionActions, DecisionModel } from "./decision_model.ts";
import type { DecisionMistake } from "./decision_state.ts";
import { weightsById, weightsWithShare } from "./decision_weights.ts";

interface ActionOptions {
  /** @default a random id */
  readonly newId?: () => string;
}

export function createActions(
  model: DecisionModel,
  { client, clock, show, settle, readOver }: LiveDecisionPage,
  { newId = freshId }: ActionOptions = {},
): DecisionActions {
  const { reader } = model;
  const { channel } = model.position.peek();
  const { decisionId, sessionId } = model.decision.peek();
  const names = { decisionId, ...(sessionId && { sessionId }) };
  /** The weights before a slider was touched: the others keep their proportions to them. */
  let before: readonly number[] | undefined;

  /** The entry it came to; undefined where it was refused or changed nothing. */
  const sent = async (
    form: DecisionMistake["form"],
    command: string,
    input: { readonly [name: string]: Json },
    messageId = newId(),
  ): Promise<number | undefined> => {
    if (model.mistake.peek()?.form === form) model.mistake.value = undefined;
    try {
      const { positions } = await client.command(
        command,
        { ...names, ...input },
        messageId,
      );
      return positions.find((one) => one.channel === channel)?.offset;
    } catch (error) {
      if (!(error instanceof MessageRefused)) throw error;
      const { message } = error;
      model.mistake.value = { form, message, fields: {}, input: {} };
      return undefined;
    }
  };

  const give = async (scores: Scores) => {
    const messageId = newId();
    model.waiting.value = [...model.waiting.peek(), { messageId, scores }];
    const input = { scores: copied(scores) };
    const offset = await sent("scores", "give_scores", input, messageId);
    const waits = model.waiting.peek().some((one) =>
      one.messageId === messageId
    );
    if (!waits) return;
    if (offset !== undefined && offset <= model.position.peek().offset) {
      return settle({ messageId, scores });
    }
    model.waiting.value = model.waiting.peek().flatMap((one) => {
      if (one.messageId !== messageId) return [one];
      return offset === undefined ? [] : [{ ...one, offset }];
    });
  };

  const drags = createLatest<WeightsById>(
    (weights) =>
      client.request({
        type: "COMMAND",
        payload: {
          command: "drag_weights",
          input: { ...names, weights: { ...weights } },
        },
      }),
    clock,
  );

  const moveWeight = (criterionId: string, share: number) => {
    // As they are shown: what was let go of a moment ago may not be stored yet.
    const { criteria } = model.shown.peek();
    const index = criteria.findIndex(({ id }) => id === criterionId);
    if (before?.length !== criteria.length) {
      before = criteria.map(({ weight }) => weight);
    }
    if (index < 0) return;
    const weights = weightsById(
      criteria,
      weightsWithShare(before, index, share),
    );
    show({ weights, criterion: criterionId, by: reader, state: "moving" });
    drags.tell(weights);
  };

  const letGo = async () => {
    const drag = model.drag.peek();
    if (!before || drag?.by.userId !== reader.userId) return;
    before = undefined;
    drags.stop();
    const kept = { ...drag, state: "stored" } as const;
    show(kept);
    const weights = { ...drag.weights };
    const entry = await sent("weights", "set_weights", { weights });
    // Nothing changed, it was refused, or its entry has come already: what is stored is shown.
    const isLast = model.drag.peek() === kept;
    if (isLast && (entry ?? 0) <= model.position.peek().offset) show(undefined);
  };

  const computeAgain = async () => {
    model.again.value = "Computing…";
    try {
      const { checkStored } = await import("./decision_check.ts");
      model.again.value = checkStored(await readOver());
    } catch {
      model.again.value =
        "The stored analysis cannot be read just now. Try again.";
    }
  };

  return {
    give: (scores) => void give(scores),
    moveWeight,
    letGo: () => void letGo(),
    send: (form, command, input) => void sent(form, command, copied(input)),
    computeAgain: () => void computeAgain(),
  };
}

function copied(value: object) {
  return JSON.parse(JSON.stringify(value));
}
