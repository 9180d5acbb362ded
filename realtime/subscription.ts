/** One connection's place in one channel: a position, never a queue. */
import type { PresenceMember } from "./presence.ts";
import type { ServerMessage } from "./protocol.ts";
import type { User } from "./user.ts";

/** Who holds a subscription: the side of a connection that channels see. */
export interface Reader {
  readonly id: string;
  readonly user: User;
  readonly state: "opening" | "open" | "stale" | "closed";
  /** Sends a frame of `count` messages if it fits; false leaves it to the position. */
  offer(text: string, bytes: number, count: number): boolean;
  /** Sends what must arrive, or keeps it until there is room. False when it had to wait. */
  reply(message: ServerMessage): boolean;
}

export class Subscription implements PresenceMember {
  /** Last publication sent to this connection. */
  position: number;
  /** True while it catches up from history or waits for the socket to drain. */
  behind = false;
  /** Catching up went to the log, since it was last live. */
  hasReadLog = false;
  /** Rises with each restart, so that a recovery under way notices it was replaced. */
  generation = 0;
  watchesPresence = false;
  /** A presence change was skipped: the whole roster follows once caught up. */
  presenceMissed = false;
  /** A recovery loop is running; at most one per subscription. */
  recovering = false;
  /** Takes it off its connection when the channel ends it. */
  ended: (() => void) | undefined;

  constructor(
    readonly connection: Reader,
    readonly channel: string,
    position: number,
    /** Role in this channel; inside a session the participant's. */
    public role: string,
    /** The server subscribed it; it does not count against the client's limit. */
    readonly byServer: boolean,
  ) {
    this.position = position;
  }

  get userId(): string {
    return this.connection.user.userId;
  }

  get name(): string {
    return this.connection.user.name;
  }

  get away(): boolean {
    return this.connection.state === "stale";
  }
}
