/**
 * Reads what other nodes wrote to the bus in Postgres: woken by NOTIFY, and by a look every
 * quarter of a second, which is what can be relied upon.
 */
import { type Logger, SILENT } from "../logger.ts";
import type { KeptLine } from "../postgres/kept_line.ts";
import type { After } from "../timer.ts";
import type { OutMessage } from "./outgoing.ts";

/** Longest time between two looks, in ms. */
const LOOK_MS = 250;
/** Most messages of one look; more are fetched at once after them. */
const PAGE = 1_000;

export interface PostgresInboxOptions {
  readonly node: string;
  readonly line: KeptLine;
  readonly after: After;
  readonly take: (from: string, message: OutMessage) => void;
  readonly lost: () => void;
  /** @default silent */
  readonly logger?: Logger;
}

export class PostgresInbox {
  readonly #options: PostgresInboxOptions;
  /** Of the messages' table; another one after a crash of the server. */
  #life?: string;
  /** Last message looked at in this life. */
  #cursor = 0;
  #reading?: Promise<void>;
  #isWoken = false;
  #isStopped = false;
  #stopTimer = () => {};

  constructor(options: PostgresInboxOptions) {
    this.#options = options;
  }

  /** Begins behind what is there now. @throws when the database cannot be read */
  async start(): Promise<void> {
    const [row] = await this.#options.line.ask(async (sql) => {
      await sql`INSERT INTO regulens.bus_state DEFAULT VALUES ON CONFLICT DO NOTHING`;
      return await sql`
        SELECT life, greatest(trimmed, (SELECT max(id) FROM regulens.bus)) AS head
        FROM regulens.bus_state`;
    });
    this.#life = String(row.life);
    this.#cursor = Number(row.head);
    this.#plan();
  }

  /** Somebody wrote, as NOTIFY says: looks unless it cannot be for this node. */
  notified(payload: string): void {
    const [sender, ...targets] = payload.split(" ");
    const { node } = this.#options;
    if (sender === node) return;
    if (targets.includes("*") || targets.includes(node)) this.look();
  }

  look(): void {
    if (this.#isStopped) return;
    if (this.#reading) this.#isWoken = true;
    else this.#read();
  }

  /** Resolves when it has looked for everybody who asked it to. */
  async idle(): Promise<void> {
    await this.#reading;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopTimer();
    await this.#reading;
  }

  #plan(): void {
    this.#stopTimer();
    if (this.#isStopped) return;
    this.#stopTimer = this.#options.after(LOOK_MS, () => this.look());
  }

  #read(): void {
    this.#reading = this.#readAll().finally(() => {
      this.#reading = undefined;
      this.#plan();
    });
  }

  /** Until there is nothing new, and nobody has woken it meanwhile. */
  async #readAll(): Promise<void> {
    try {
      do {
        this.#isWoken = false;
        while (await this.#readPage() && !this.#isStopped);
      } while (this.#isWoken && !this.#isStopped);
    } catch (error) {
      const { logger = SILENT } = this.#options;
      logger.debug("cannot read the other nodes' messages", { error });
    }
  }

  /** Answers whether there is more. */
  async #readPage(): Promise<boolean> {
    const { line, node, take } = this.#options;
    const cursor = this.#cursor;
    // One statement: what is trimmed, the head and the messages are of one moment.
    const rows = await line.ask((sql) =>
      sql`
        SELECT s.life, s.trimmed, (SELECT max(id) FROM regulens.bus) AS head,
          m.id, m.sender, m.seq, m.target, m.subject, m.body
        FROM regulens.bus_state AS s LEFT JOIN LATERAL (
          SELECT * FROM regulens.bus
          WHERE id > ${cursor} AND sender <> ${node}
            AND (target IS NULL OR target = ${node})
          ORDER BY id LIMIT ${PAGE}
        ) AS m ON true ORDER BY m.id`
    );
    if (this.#isStopped || !this.#isSameLife(rows[0])) return false;
    const { head, trimmed } = rows[0];
    if (Number(trimmed) > cursor) this.#options.lost();
    const messages = rows.filter(({ id }) => id !== null);
    const isFull = messages.length === PAGE;
    const last = isFull ? messages[PAGE - 1].id : head ?? trimmed;
    this.#cursor = Math.max(cursor, Number(last));
    for (const { sender, seq, target, subject, body } of messages) {
      take(String(sender), {
        seq: Number(seq),
        to: target,
        subject: String(subject),
        body: String(body),
      });
    }
    return isFull;
  }

  /** After a crash of the server the table is empty and its ids begin anew: reads from there. */
  #isSameLife(row: { life?: unknown } | undefined): boolean {
    const life = row === undefined ? undefined : String(row.life);
    if (life !== undefined && life === this.#life) return true;
    // Told once: nobody has written to the new life before the row is there.
    const isNews = this.#life !== undefined;
    this.#life = life;
    this.#cursor = 0;
    this.#isWoken = life !== undefined;
    if (isNews) this.#options.lost();
    return false;
  }
}
