/** A step of building the demo: one call of the public API, told apart by its key. */
import type { Json } from "../../realtime/json.ts";
import type { DemoPersonName } from "./demo_people.ts";

export interface DemoStep {
  /** Names the step for ever: its `Idempotency-Key`, so that a second run changes nothing. */
  readonly key: string;
  readonly as: DemoPersonName;
  /** @default "POST" */
  readonly method?: "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, or below what `under` has made. */
  readonly path: string;
  /** Key of the step whose `Location` the path goes on from. */
  readonly under?: string;
  readonly body?: { readonly [name: string]: Json };
}

/** What one life of the demo is built from: the same plan gives the same steps, to the letter. */
export interface DemoPlan {
  /** From 1. What was removed leaves its ids taken, so the next life has others. */
  readonly generation: number;
  /** All times are counted from it, ms since 1970. */
  readonly startedAt: number;
  /** Who asked for the demo takes part in the open session and may vote there. */
  readonly guest: DemoGuest | null;
}

export interface DemoGuest {
  readonly userId: string;
  readonly name: string;
  readonly role: "observer" | "member";
}

/** Makes the ids of one life: `demo-structuring`, later `demo-2-structuring`. */
export function demoId(
  { generation }: Pick<DemoPlan, "generation">,
  name: string,
): string {
  return generation === 1 ? `demo-${name}` : `demo-${generation}-${name}`;
}

/** ISO 8601 of a time so long after the start; before it when negative. */
export function timeFrom(
  { startedAt }: Pick<DemoPlan, "startedAt">,
  afterMs: number,
): string {
  return new Date(startedAt + afterMs).toISOString();
}

/** The `Idempotency-Key` of a step: those of another life are others. */
export function messageIdOf(
  { generation }: Pick<DemoPlan, "generation">,
  key: string,
): string {
  return `demo-${generation}.${key}`;
}
