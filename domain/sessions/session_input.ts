/** What comes in about sessions, checked: the shapes that other areas use too. */
import { z } from "zod";
import { isUserId } from "../user_id.ts";

/** Text that has a UTF-8 form: a lone surrogate has none and could not be kept. */
export const Text = (max: number) =>
  z.string().trim().min(1).max(max).refine((value) => value.isWellFormed(), {
    error: "must be well-formed Unicode",
  });

export const SessionId = z.string().regex(/^[a-z0-9][A-Za-z0-9_-]{0,63}$/, {
  error: "must be 1 to 64 of A-Z a-z 0-9 _ -, first a small letter or digit",
});

export const UserId = z.string().refine(isUserId, {
  error: "must be 1 to 128 visible characters without space or /",
});

/** Counts in votes. Up to six decimal places: what is smaller would count nothing. */
export const Weight = z.number().min(0.000001).max(10_000);
