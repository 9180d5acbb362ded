/** What nodes tell each other of topics: the shapes, and the subjects they go under. */
import * as z from "zod";

export const SUBJECTS = {
  /** Asked of the owner: where the topic stands, and what it holds; from now on its lines. */
  follow: "topic.follow",
  /** Told to the owner: no more lines. */
  leave: "topic.leave",
  /** What the owner numbered. */
  lines: "topic.lines",
  /** Told to the owner: number this. Answered with `numbered`. */
  publish: "topic.publish",
  numbered: "topic.numbered",
  /** Told by a new owner. */
  owner: "topic.owner",
  /** Told by an owner that goes: its topics have none. */
  released: "topic.released",
  /** Asked by a new owner: who holds how much of the life before? */
  kept: "topic.kept",
} as const;

const Offset = z.int().nonnegative();

export const Follow = z.object({
  channel: z.string(),
  since: z.object({ epoch: z.string(), offset: Offset }).nullable(),
});
export type Since = z.infer<typeof Follow>["since"];

/** Lines that follow one another, joined by newlines; the first has offset `from`. */
export const Batch = z.object({
  channel: z.string(),
  epoch: z.string(),
  from: Offset,
  /** Empty: none. */
  text: z.string(),
});
export type Batch = z.infer<typeof Batch>;

/** A part of what the owner holds; there is more unless it ends at `head`. */
export const Page = Batch.extend({ head: Offset, claim: z.int() });

export const Kept = z.object({
  channel: z.string(),
  epoch: z.string(),
  /** What the asker holds itself, up to here. */
  after: Offset,
});

export const Publish = z.object({
  ref: z.string(),
  channel: z.string(),
  sender: z.string(),
  messageId: z.string(),
  payloadText: z.string(),
});
export type Publish = z.infer<typeof Publish>;

export const Numbered = z.object({
  ref: z.string(),
  channel: z.string(),
  outcome: z.discriminatedUnion("state", [
    z.object({
      state: z.literal("numbered"),
      epoch: z.string(),
      offset: Offset,
      duplicate: z.boolean(),
    }),
    /** The messageId was used with another payload. */
    z.object({ state: z.literal("reused") }),
    /** The receiver of the `publish` does not own the topic. */
    z.object({ state: z.literal("elsewhere") }),
  ]),
});
export type Outcome = z.infer<typeof Numbered>["outcome"];

export const Owner = z.object({ channel: z.string(), claim: z.int() });
