/** What a person may say of their notifications: only of their own, and only once. */
import type { Context, DomainEvent } from "../decider.ts";
import { Refusal } from "../refusal.ts";
import { userChannel } from "../user_id.ts";
import {
  type Level,
  LEVELS,
  notificationsRecorded,
  type RecordedItem,
} from "./events.ts";
import {
  ALERTS_CHANNEL,
  type Inbox,
  isKnown,
  notificationKey,
} from "./inbox.ts";

/** What the client says of one notification; a later level holds those before it. */
export interface Said {
  readonly channel: string;
  readonly offset: number;
  readonly delivered?: boolean;
  readonly shown?: boolean;
  readonly acknowledged?: boolean;
  /** It acknowledges everything of its channel up to here. */
  readonly through?: boolean;
}

export interface RecordNotifications {
  readonly items: readonly Said[];
}

/** One event with what was not known yet; none when all of it was. @throws {Refusal} */
export function decide(
  inbox: Inbox,
  { items }: RecordNotifications,
  { user }: Context,
): readonly DomainEvent[] {
  const own = userChannel(user.userId);
  /** The furthest that is said of each notification. */
  const news = new Map<string, RecordedItem>();
  for (const said of items) {
    if (said.channel !== own && said.channel !== ALERTS_CHANNEL) {
      throw new Refusal("notification_not_found");
    }
    const item = itemOf(said);
    if (item === undefined || isKnown(inbox, item)) continue;
    const name = notificationKey(said.channel, said.offset);
    const key = item.through ? `${name} through` : name;
    const before = news.get(key);
    if (!before || rank(before) < rank(item)) news.set(key, item);
  }
  return news.size === 0
    ? []
    : [notificationsRecorded([...news.values()], user.name)];
}

function rank({ level }: RecordedItem): number {
  return LEVELS.indexOf(level);
}

function itemOf(said: Said): RecordedItem | undefined {
  const { channel, offset } = said;
  const level = levelOf(said);
  if (level === undefined) return undefined;
  if (level !== "acknowledged" || !said.through) {
    return { channel, offset, level };
  }
  return { channel, offset, level, through: true };
}

function levelOf({ delivered, shown, acknowledged }: Said): Level | undefined {
  if (acknowledged) return "acknowledged";
  if (shown) return "shown";
  return delivered ? "delivered" : undefined;
}
