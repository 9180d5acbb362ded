/** When each person last took an alert in hand, by acknowledging or resolving it. */
import type { Area, RecordedEvent } from "../decider.ts";
import { textOf } from "../read_json.ts";
import { ALERT } from "./events.ts";

/** People whose acts are kept at hand; the longest ago are forgotten. */
const MAX_HANDS = 100;

/** By user id, ms since 1970; who did so last stands last. It outlives being raised anew. */
export type Hands = ReadonlyMap<string, number>;

/** Folds the entries of an alert; nothing is decided by it. */
export const alertHands: Area<Hands, never> = {
  name: "alert_hands",
  initial: () => new Map(),
  evolve,
  decide: () => [],
};

function evolve(hands: Hands, { type, v, body, at }: RecordedEvent): Hands {
  if (type !== ALERT || v !== 1) return hands;
  const isActing = body?.event === "alert_acknowledged" ||
    body?.event === "alert_resolved";
  const userId = textOf(body?.userId);
  if (!isActing || userId === null) return hands;
  const after = new Map(hands);
  after.delete(userId);
  after.set(userId, at);
  const [oldest] = after.keys();
  if (after.size > MAX_HANDS && oldest !== undefined) after.delete(oldest);
  return after;
}
