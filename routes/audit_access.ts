/** Who may see what of the audit trail, asked channel by channel and remembered for one answer. */
import { z } from "zod";
import { hasRole, may, type SessionAccess } from "../domain/access.ts";
import { SESSIONS_VIEW } from "../domain/sessions/view.ts";
import type { Log } from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";

const SESSION_PREFIX = "session:";

/** A row of the view, as far as access rests on it. */
const Row = z.object({
  open: z.boolean(),
  openedBy: z.string(),
  participants: z.array(z.object({
    userId: z.string(),
    role: z.enum(["observer", "member", "facilitator"]),
  })),
});

export class AuditAccess {
  readonly #log: Pick<Log, "query" | "read">;
  readonly #user: User;
  readonly #readable = new Map<string, boolean>();

  constructor(log: Pick<Log, "query" | "read">, user: User) {
    this.#log = log;
    this.#user = user;
  }

  /** Who did what, without bodies: an admin sees that of every channel. */
  async mayTrace(channel: string): Promise<boolean> {
    return hasRole(this.#user, "admin") || await this.mayRead(channel);
  }

  /**
   * Bodies too: as for anyone who reads the channel, admins included. Of a session that was
   * removed nobody is left to say who may read it: an admin takes the proof of it along.
   */
  async mayRead(channel: string): Promise<boolean> {
    const known = this.#readable.get(channel);
    if (known !== undefined) return known;
    const session = await this.#sessionOf(channel);
    const isRemoved = session === undefined &&
      channel.startsWith(SESSION_PREFIX) && hasRole(this.#user, "admin") &&
      (await this.#log.read(channel, 0, 1)).length > 0;
    const readable = isRemoved ||
      may(this.#user, "read", { kind: "channel", channel, session });
    this.#readable.set(channel, readable);
    return readable;
  }

  /** From the list's view: a fold for each of many channels would cost too much. */
  async #sessionOf(channel: string): Promise<SessionAccess | undefined> {
    if (!channel.startsWith(SESSION_PREFIX)) return undefined;
    const key = channel.slice(SESSION_PREFIX.length);
    const { rows } = await this.#log.query(SESSIONS_VIEW, { key, limit: 1 });
    return Row.safeParse(rows[0]?.data).data;
  }
}
