/** Makes trying live: evaluates what the editor says, and again when rule or facts change. */
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import type { Clock } from "../realtime/client/link.ts";
import { formatTime, readerZone } from "./format.ts";
import {
  checkFields,
  Declined,
  type Evaluated,
  evaluateFields,
} from "./rule_calls.ts";
import type { RuleFields } from "./rule_fields.ts";
import { factsText, type RuleTryModel } from "./rule_try_model.ts";

/** The answer follows the last key after this long. */
const RUN_AFTER_MS = 300;

export interface TryLiveOptions {
  /** The rule as the editor says it now. */
  readonly read: () => RuleFields;
  /** Calls back when the editor's text changes; hands back the stop. */
  readonly onEdit: (changed: () => void) => () => void;
  /** @default asks the server */
  readonly evaluate?: (
    fields: RuleFields,
    facts: unknown,
  ) => Promise<Evaluated>;
  /** @default asks the server */
  readonly check?: typeof checkFields;
  /** @default the browser's */
  readonly clock?: Clock;
}

/** Hands back the stop. */
export function goLive(
  model: RuleTryModel,
  options: TryLiveOptions,
): () => void {
  const { read, onEdit, clock = monotonicClock } = options;
  const { evaluate = evaluateFields, check = checkFields } = options;
  let asked = 0;
  let cancel = () => {};

  const run = async () => {
    const mine = ++asked;
    const tried = await attempt(read(), model.facts.peek(), evaluate);
    // A slower answer to an older question is no answer.
    if (mine === asked) model.tried.value = tried;
  };
  model.run.value = () => void run();
  model.fill.value = async () => {
    try {
      const { facts } = await check(read());
      model.facts.value = factsText(facts);
      if (model.tried.peek() !== null) void run();
    } catch {
      const message = "The server cannot be reached just now";
      model.tried.value = { state: "refused", message };
    }
  };
  const again = () => {
    // Nothing is answered before somebody has asked.
    if (model.tried.peek() === null) return;
    cancel();
    cancel = clock.after(RUN_AFTER_MS, () => void run());
  };
  let first = true;
  const stopFacts = model.facts.subscribe(() => {
    if (!first) again();
    first = false;
  });
  const stopEdits = onEdit(again);
  return () => {
    stopEdits();
    stopFacts();
    cancel();
    model.run.value = undefined;
    model.fill.value = undefined;
  };
}

async function attempt(
  fields: RuleFields,
  text: string,
  evaluate: NonNullable<TryLiveOptions["evaluate"]>,
): Promise<NonNullable<RuleTryModel["state"]["tried"]>> {
  let facts: unknown;
  try {
    facts = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    return { state: "refused", message: `The facts are not JSON: ${why}` };
  }
  try {
    const result = await evaluate(fields, facts);
    const { cached, computedAt } = result;
    const from = cached && computedAt !== undefined
      ? formatTime(Date.parse(computedAt), Date.now(), readerZone())
      : undefined;
    return { state: "answered", source: fields.when, result, from };
  } catch (error) {
    const message = error instanceof Declined
      ? error.message
      : "The server cannot be reached just now";
    return { state: "refused", message };
  }
}
