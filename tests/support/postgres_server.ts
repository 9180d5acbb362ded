/** A private Postgres as if on a machine of its own: it may lose power, or stop answering and go on. */
import {
  type PostgresServer,
  startPostgresServer,
} from "./postgres_private.ts";

/** As on a server that keeps what it acknowledges. */
const SETTINGS = { fsync: "on", synchronous_commit: "on" } as const;

export class PostgresMachine implements AsyncDisposable {
  readonly #server: PostgresServer;

  private constructor(server: PostgresServer) {
    this.#server = server;
  }

  /** @throws {Error} Where Postgres is not installed; `isPostgresInstalled` tells. */
  static async start(): Promise<PostgresMachine> {
    const server = await startPostgresServer(SETTINGS);
    if (server === undefined) throw new Error("There is no Postgres here");
    return new PostgresMachine(server);
  }

  get port(): number {
    return this.#server.port;
  }

  /** Of its superuser, to the database `postgres`. */
  get url(): string {
    return this.#server.url;
  }

  /** Starts what was stopped or killed; resolves when it takes connections. */
  startAgain(): Promise<void> {
    return this.#server.start();
  }

  /** Ends every connection and what runs on it, then stops in order. */
  stop(): Promise<void> {
    return this.#server.stop("fast");
  }

  /** kill -9 of all its processes at once. */
  async kill(): Promise<void> {
    const { folder } = this.#server;
    const all = this.#server.pids();
    this.#signal("SIGKILL");
    await Promise.all(all.map(gone));
    // Where nobody collects the dead their numbers stay taken: a start would believe them alive.
    await Deno.remove(`${folder}/postmaster.pid`);
  }

  /** Stops every process where it is: connections stay open and nothing answers. */
  freeze(): void {
    this.#signal("SIGSTOP");
  }

  thaw(): void {
    this.#signal("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.#server.remove();
  }

  #signal(name: Deno.Signal): void {
    for (const pid of this.#server.pids()) {
      try {
        Deno.kill(pid, name);
      } catch (error) {
        // A process of one connection may have ended with it.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
}

async function gone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((next) => setTimeout(next, 5));
}

/** Its corpse does not count. */
function isRunning(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return stat.slice(stat.lastIndexOf(")") + 2)[0] !== "Z";
  } catch {
    return false;
  }
}
