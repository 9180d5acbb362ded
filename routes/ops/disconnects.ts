/** Ending other people's connections: done at once, and kept in the audit trail with who did it. */
import { AUDIT, AUDIT_CHANNEL } from "../../domain/audit/keeping.ts";
import { CLOSE } from "../../realtime/codes.ts";
import type { Log } from "../../realtime/log/log.ts";
import type { Logger } from "../../realtime/logger.ts";
import type { Reach, Silent } from "../../realtime/nodes/reach.ts";
import type { User } from "../../realtime/user.ts";

/** What the subjects begin with; the user whose connections ended follows. */
export const CONNECTIONS_SUBJECT = "connections:";

/** Who asked for it. */
type By = Pick<User, "userId" | "name">;

export interface DisconnectsParts {
  readonly reach: Pick<Reach, "connection" | "disconnect" | "disconnectUser">;
  readonly log: Pick<Log, "commit">;
  readonly logger: Logger;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
}

export class Disconnects {
  readonly #parts: DisconnectsParts;

  constructor(parts: DisconnectsParts) {
    this.#parts = parts;
  }

  /**
   * Closes one connection with 4503, whichever node holds it.
   *
   * @returns False when there is none. @throws {RealtimeError} `unavailable` when nobody knows
   */
  async one(connectionId: string, by: By): Promise<boolean> {
    const { reach, logger } = this.#parts;
    const userId = (await reach.connection(connectionId))?.userId ?? null;
    const isClosed = await reach.disconnect(connectionId, CLOSE.forbidden);
    const closed = isClosed ? 1 : 0;
    logger.info("disconnected a connection", {
      connectionId,
      userId,
      closed,
      by: by.userId,
    });
    if (isClosed) {
      const subject = CONNECTIONS_SUBJECT + (userId ?? "");
      await this.#keep(subject, by, {
        event: "connection_ended",
        connectionId,
        of: userId,
      });
    }
    return isClosed;
  }

  /**
   * Closes all connections of a user with 4501.
   *
   * @returns How many there were, and the nodes that did not answer: theirs may be there still.
   */
  async user(
    userId: string,
    by: By,
  ): Promise<{ readonly closed: number; readonly silent: Silent }> {
    const { reach, logger } = this.#parts;
    const { closed, silent } = await reach.disconnectUser(
      userId,
      CLOSE.signedOut,
    );
    const figures = { userId, closed, silent, by: by.userId };
    logger.info("disconnected a user", figures);
    if (closed > 0) {
      await this.#keep(CONNECTIONS_SUBJECT + userId, by, {
        event: "user_disconnected",
        of: userId,
        connections: closed,
      });
    }
    return { closed, silent };
  }

  /** After the fact: a store that takes no writes must not keep anybody connected. */
  async #keep(
    subject: string,
    { userId, name }: By,
    body: { readonly [key: string]: string | number | null },
  ): Promise<void> {
    const { log, logger, now = Date.now } = this.#parts;
    const entry = {
      type: AUDIT,
      v: 1,
      subject,
      at: now(),
      body: { ...body, userId, name },
    };
    try {
      const writes = [{ channel: AUDIT_CHANNEL, entries: [entry] }];
      await log.commit({ writes, sender: userId });
    } catch (error) {
      logger.error("cannot keep who disconnected whom", { ...body, error });
    }
  }
}
