/** A nats-server of our own for tests: it can be killed and started again on the same port. */
import {
  dropPostgres,
  HAS_POSTGRES,
  NO_POSTGRES,
  postgresForTests,
} from "./postgres.ts";

/** What a test without NATS is told; it is counted as skipped. */
export const NO_NATS =
  "no nats-server here: install it, or name one in REGULENS_TEST_NATS_URL";

const PROGRAMS = [
  ...(Deno.env.get("PATH") ?? "").split(":"),
  "/usr/sbin",
  "/usr/local/bin",
].map((folder) => `${folder}/nats-server`);

const PROGRAM = PROGRAMS.find(isFile);

/** The URL of a server to use; undefined: a private one is started. */
const GIVEN_NATS_URL = Deno.env.get("REGULENS_TEST_NATS_URL");

const HAS_NATS = PROGRAM !== undefined || GIVEN_NATS_URL !== undefined;
/** Some tests kill it. */
export const HAS_OWN_NATS = PROGRAM !== undefined;

const MISSING = [
  ...HAS_NATS ? [] : [NO_NATS],
  ...HAS_POSTGRES ? [] : [NO_POSTGRES],
];

/** Registers a test that needs NATS and a database: without them it says so and counts as skipped. */
export function natsTest(
  name: string,
  run: (urls: { nats: string; postgres: string }) => Promise<void>,
): void {
  Deno.test({
    name: [name, ...MISSING].join("; "),
    ignore: MISSING.length > 0,
    fn: async () => {
      await using own = GIVEN_NATS_URL ? undefined : await NatsServer.start();
      const postgres = await postgresForTests();
      const nats = GIVEN_NATS_URL ?? own?.url;
      if (!postgres || !nats) throw new Error("A server is missing");
      try {
        await run({ nats, postgres });
      } finally {
        await dropPostgres(postgres);
      }
    },
  });
}

export class NatsServer implements AsyncDisposable {
  readonly port = freePort();
  /** With a user and a password that an URL must escape. */
  readonly url = `nats://regulens:s%40cret@127.0.0.1:${this.port}`;
  #process?: Deno.ChildProcess;

  static async start(): Promise<NatsServer> {
    const server = new NatsServer();
    await server.startAgain();
    return server;
  }

  /** Resolves when it takes connections. */
  async startAgain(): Promise<void> {
    if (PROGRAM === undefined) throw new Error(NO_NATS);
    this.#process = new Deno.Command(PROGRAM, {
      args: [
        ...["--addr", "127.0.0.1", "--port", String(this.port)],
        ...["--user", "regulens", "--pass", "s@cret"],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    while (!await accepts(this.port)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    process.kill("SIGKILL");
    await process.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

async function accepts(port: number): Promise<boolean> {
  try {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.close();
    return true;
  } catch {
    return false;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
