/** What the shapes of events share. They describe what we send; nothing is checked by them at run time. */
import { z } from "zod";

/** The payload of a publication or signal by what it says in `event`. */
export function event(name: string, shape: z.ZodRawShape) {
  return z.object({ event: z.literal(name), ...shape });
}

/** A signal: it has no offset, is never stored, and the latest of a key wins (P9). */
export function signal(name: string, shape: z.ZodRawShape) {
  return event(name, { key: z.string(), ...shape }).meta({
    description: "A signal: no offset, never stored, the latest of a key wins",
  });
}

export const Instant = z.int().meta({ description: "ms since 1970" });
export const UserId = z.string().meta({ description: "Id of a user" });
/** Ids and labels of what is chosen among. */
export const Labelled = z.object({ id: z.string(), label: z.string() });
/** JSON whose shape differs from case to case. */
export const Anything = z.unknown();
/** Who did it. */
export const BY = { userId: UserId, name: z.string() };

/** What the log itself says of entries that are gone, under their type (L9, L11). */
export const GONE = [
  event("body_erased", { offset: z.int().positive() }),
  event("subject_removed", {}),
] as const;
