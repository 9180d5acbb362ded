/** What nodes tell each other of who is where: the shapes, and the subjects they go under. */
import * as z from "zod";

export const SUBJECTS = {
  hello: "presence.hello",
  watch: "presence.watch",
  tell: "presence.tell",
  who: "presence.who",
} as const;

/** The channels the sender watches. `again`: the receiver is to say the same of itself. */
export const Hello = z.object({
  channels: z.array(z.string()),
  again: z.boolean(),
});

export type Hello = z.infer<typeof Hello>;

/** The sender begins or ceases to watch a channel. */
export const Watch = z.object({ channel: z.string(), wanted: z.boolean() });

const Row = z.object({
  userId: z.string(),
  name: z.string(),
  role: z.string(),
  status: z.enum(["active", "away"]),
  connections: z.int(),
});

/** Somebody's rows, as an answer to `who`. */
export const Rows = z.array(Row);

/** Who came and went on the sender. `full`: `joined` is everybody there. */
export const Tell = z.object({
  channel: z.string(),
  joined: z.array(Row),
  left: z.array(z.string()),
  full: z.boolean(),
});
export type Tell = z.infer<typeof Tell>;
