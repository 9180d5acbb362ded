/** Shapes that come in everywhere: texts, ids, user ids, times. */
import { z } from "zod";
import { isUserId } from "./user_id.ts";

/** Text that has a UTF-8 form: a lone surrogate has none and could not be kept. */
export const Text = (max: number) =>
  z.string().trim().min(1).max(max).refine((value) => value.isWellFormed(), {
    error: "must be well-formed Unicode",
  });

/** Names a session, poll, decision, alert …: part of channels, subjects and addresses. */
export const Id = z.string().regex(/^[a-z0-9][A-Za-z0-9_-]{0,63}$/, {
  error: "must be 1 to 64 of A-Z a-z 0-9 _ -, first a small letter or digit",
});

export const UserId = z.string().refine(isUserId, {
  error: "must be 1 to 128 visible characters without space or /",
});

/** ms since 1970, or as text with a zone: `2026-11-23T18:00:00Z`. */
export const Time = z.union([
  z.int().nonnegative().max(8.64e15),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]).meta({ description: "ms since 1970, or ISO 8601 with its zone" });
