/** The one command of the inbox, declared for socket and HTTP. Its rules are in `decide.ts`. */
import { z } from "zod";
import type { Area, CommandDeclaration } from "../decider.ts";
import { userChannel } from "../user_id.ts";
import { decide, type RecordNotifications } from "./decide.ts";
import { evolve, type Inbox, INBOX_SUBJECT, initial } from "./inbox.ts";
import { index } from "./readers_view.ts";

export const inbox: Area<Inbox, RecordNotifications> = {
  name: "inbox",
  initial,
  evolve,
  decide,
  index,
};

/** Most records of one command: what a page can show, and then some. */
export const MAX_ITEMS = 500;

const Item = z.object({
  // As long as the channel of the longest user id (P8).
  channel: z.string().min(1).max(1541),
  offset: z.int().positive(),
  delivered: z.boolean().optional(),
  shown: z.boolean().optional(),
  acknowledged: z.boolean().optional(),
  through: z.boolean().optional().meta({
    description: "With acknowledged: everything of the channel up to offset",
  }),
});

const Records = z.object({ items: z.array(Item).min(1).max(MAX_ITEMS) });
type Records = z.infer<typeof Records>;

const recordNotifications: CommandDeclaration<
  Records,
  Inbox,
  RecordNotifications
> = {
  name: "record_notifications",
  summary: "Say what one was delivered, was shown and has acknowledged",
  input: Records,
  role: "observer",
  http: { method: "POST", path: "/inbox/records", status: 200 },
  area: inbox,
  // A user id without a channel could not have signed in.
  channel: (_, { userId }) => userChannel(userId) ?? "",
  subject: () => INBOX_SUBJECT,
  command: (input) => input,
  result: ({ counts }) => ({ recorded: { ...counts } }),
};

export const inboxCommands = [recordNotifications] as const;
