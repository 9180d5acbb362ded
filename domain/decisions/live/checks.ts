/** What a command to a live decision is checked for beyond its shape: ids, weights, sizes. */
import type { DomainEvent } from "../../decider.ts";
import { Refusal } from "../../refusal.ts";
import type { DecisionSettings, WeightsById } from "./events.ts";
import type { LiveDecision } from "./live_decision.ts";
import { MAX_CELLS, MAX_SCORES } from "./sizes.ts";

/** Bytes of one entry's body: with what goes around it, it fits one frame (P17). */
export const MAX_ENTRY_BYTES = 60 * 1024;

/** Wrong ids told at once. */
const MAX_ERRORS = 20;

/** @throws {Refusal} `decision_invalid` with the path of each id that is not there. */
export function demandKnown(
  ids: readonly string[],
  known: readonly { readonly id: string }[],
  path: string,
): void {
  const there = new Set(known.map(({ id }) => id));
  const errors = ids.filter((id) => !there.has(id)).slice(0, MAX_ERRORS)
    .map((id) => ({ path: `${path}.${id}`, message: "Not in this decision" }));
  if (errors.length > 0) throw new Refusal("decision_invalid", { errors });
}

/**
 * The weights of all criteria with some of them set; those not named keep theirs.
 *
 * @throws {Refusal} `decision_invalid` for an unknown criterion, or if all would be 0.
 */
export function weightsAfter(
  { criteria }: Pick<LiveDecision, "criteria">,
  weights: WeightsById,
): readonly number[] {
  demandKnown(Object.keys(weights), criteria, "weights");
  const after = criteria.map(({ id, weight }) =>
    Object.hasOwn(weights, id) ? weights[id] : weight
  );
  if (after.every((weight) => weight === 0)) {
    throw invalid("weights", "All 0: nothing would count");
  }
  return after;
}

/** @throws {Refusal} `decision_invalid` if the matrix would be too large. */
export function demandCells(
  { alternatives, criteria }: Pick<
    DecisionSettings,
    "alternatives" | "criteria"
  >,
): void {
  const cells = alternatives.length * criteria.length;
  if (cells > MAX_CELLS) {
    throw invalid("alternatives", `At most ${MAX_CELLS} cells, got ${cells}`);
  }
}

/**
 * @param people How many would have scored.
 * @param path Where in the input it got too many.
 * @throws {Refusal} `decision_invalid` if everyone's scores would be too many together.
 */
export function demandScores(
  { alternatives, criteria }: Pick<
    DecisionSettings,
    "alternatives" | "criteria"
  >,
  { people, path }: { readonly people: number; readonly path: string },
): void {
  const cells = alternatives.length * criteria.length;
  if (people * cells <= MAX_SCORES) return;
  const most = Math.floor(MAX_SCORES / cells);
  throw invalid(path, `At most ${most} people score ${cells} cells`);
}

/**
 * Lets no entry through that would not fit into one message to its readers.
 *
 * @param path Where in the input it got so long.
 * @throws {Refusal} `decision_invalid`
 */
export function demandFits(
  events: readonly DomainEvent[],
  path: string,
): void {
  for (const { on, body } of events) {
    // What lies in a channel of the server's own has no readers.
    if (on !== undefined) continue;
    const { length } = new TextEncoder().encode(JSON.stringify(body));
    if (length > MAX_ENTRY_BYTES) {
      const most = `at most ${MAX_ENTRY_BYTES} bytes fit one entry`;
      const advice = path === "scores" ? "; give them in several goes" : "";
      throw invalid(path, `Too long: ${most}, got ${length}${advice}`);
    }
  }
}

function invalid(path: string, message: string): Refusal {
  return new Refusal("decision_invalid", { errors: [{ path, message }] });
}
