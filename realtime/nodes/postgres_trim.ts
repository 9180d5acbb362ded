/** Deletes old messages of the bus in Postgres: whichever node comes by. */
import { type Logger, SILENT } from "../logger.ts";
import type { KeptLine } from "../postgres/kept_line.ts";
import type { After } from "../timer.ts";

/** A node that has not read for so long has lost messages. */
const KEEP = "30 seconds";
const TRIM_MS = 5_000;
/** So many at once: what is asked after them must not wait for long. */
const MOST = 5_000;

export interface PostgresTrimOptions {
  readonly line: KeptLine;
  readonly after: After;
  /** @default silent */
  readonly logger?: Logger;
}

export class PostgresTrim {
  readonly #options: PostgresTrimOptions;
  #running?: Promise<void>;
  #isStopped = false;
  #stopTimer = () => {};

  constructor(options: PostgresTrimOptions) {
    this.#options = options;
  }

  start(): void {
    this.#plan(TRIM_MS);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopTimer();
    await this.#running;
  }

  #plan(delayMs: number): void {
    if (this.#isStopped) return;
    this.#stopTimer = this.#options.after(delayMs, () => {
      this.#running = this.#trim();
    });
  }

  async #trim(): Promise<void> {
    const { line, logger = SILENT } = this.#options;
    try {
      const [{ gone }] = await line.ask((sql) =>
        sql`SELECT regulens.bus_trim(${KEEP}::interval, ${MOST}) AS gone`
      );
      return this.#plan(Number(gone) === MOST ? 0 : TRIM_MS);
    } catch (error) {
      logger.debug("cannot delete old messages of the bus", { error });
    }
    this.#plan(TRIM_MS);
  }
}
