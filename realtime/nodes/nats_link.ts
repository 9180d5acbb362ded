/** The connection to NATS: made anew for ever, asked whether it is there, and cut when it does not answer. */
import { Socket } from "node:net";
import {
  connect,
  type NatsConnection,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import { type Logger, SILENT } from "../logger.ts";
import type { After } from "../timer.ts";

/** How often the server is asked whether it is there, in ms. */
const PING_MS = 2_000;
/** How long an answer and a connection may take, in ms. */
const ANSWER_TIMEOUT_MS = 1_500;
/** Pause between two attempts to connect, in ms; up to as much again at random. */
const RECONNECT_MS = 200;
/** We look ourselves: the library's own way to end a stalled link waits for that link. */
const NEVER_MS = 2 ** 31 - 1;

export interface NatsLinkOptions {
  readonly after: After;
  /** Called with what comes on any of the subjects. */
  readonly onMessage: (payload: Uint8Array) => void;
  /** Connected again; what was sent meanwhile was missed. */
  readonly onBack: () => void;
  /** @default silent */
  readonly logger?: Logger;
}

export class NatsLink {
  readonly #connection: NatsConnection;
  readonly #options: NatsLinkOptions;
  readonly #logger: Logger;
  #isUp = true;
  #isClosed = false;
  #stopTimer = () => {};
  #watching?: Promise<void>;

  private constructor(connection: NatsConnection, options: NatsLinkOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#logger = options.logger ?? SILENT;
  }

  /**
   * Connects, and hears the subjects once this resolves.
   *
   * @param url `nats://` or `tls://`, with a user and password or a token; several with commas.
   * @throws when no server can be reached
   */
  static async open(
    url: string,
    { subjects, ...options }: NatsLinkOptions & {
      readonly subjects: readonly string[];
    },
  ): Promise<NatsLink> {
    const connection = await connect(connectionOptions(url));
    const link = new NatsLink(connection, options);
    for (const subject of subjects) {
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) link.#take(message.data);
          else link.#logger.error("cannot hear the other nodes", { error });
        },
      });
    }
    link.#watching = link.#watch();
    await link.flush();
    link.#pingLater();
    return link;
  }

  /** Most bytes of one message. */
  get maxBytes(): number {
    return this.#connection.info?.max_payload ?? 1024 * 1024;
  }

  /** Hands a message over; `flush` tells whether it arrived. @throws while not connected */
  publish(subject: string, payload: Uint8Array): void {
    if (!this.#isUp) throw new Error("NATS is not connected");
    this.#connection.publish(subject, payload);
  }

  /** Resolves when the server has all that was published. @throws when it does not say so in time */
  async flush(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const stop = this.#options.after(ANSWER_TIMEOUT_MS, () => {
      late.reject(
        new Error(`NATS gave no answer within ${ANSWER_TIMEOUT_MS} ms`),
      );
      this.#cut();
    });
    try {
      await Promise.race([this.#connection.flush(), late.promise]);
    } finally {
      stop();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    this.#cut();
    await this.#connection.close();
    await this.#watching;
  }

  /** Never throws: the library would read no more. */
  #take(payload: Uint8Array): void {
    try {
      this.#options.onMessage(payload);
    } catch (error) {
      this.#logger.error("cannot read a message of NATS", { error });
    }
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === "disconnect" && !this.#isClosed) {
        this.#isUp = false;
        this.#logger.warn("NATS is not connected");
      }
      if (type === "reconnect") await this.#back();
    }
  }

  async #back(): Promise<void> {
    try {
      // Only then does the server know what we hear.
      await this.flush();
    } catch {
      return;
    }
    this.#isUp = true;
    this.#logger.warn("NATS is connected again");
    this.#options.onBack();
  }

  #pingLater(): void {
    if (this.#isClosed) return;
    this.#stopTimer = this.#options.after(PING_MS, async () => {
      if (this.#isUp) await this.flush().catch(() => {});
      this.#pingLater();
    });
  }

  /** Ends the socket itself; the library then connects anew. */
  #cut(): void {
    const protocol = Reflect.get(this.#connection, "protocol");
    const socket = protocol?.transport?.socket;
    if (socket instanceof Socket) socket.destroy();
  }
}

function connectionOptions(urls: string): NodeConnectionOptions {
  const all = urls.split(",").map((url) => new URL(url.trim()));
  const [{ username, password, protocol }] = all;
  const [user, pass] = [username, password].map(decodeURIComponent);
  return {
    servers: all.map(({ hostname, port }) => `${hostname}:${port || 4222}`),
    ...pass ? { user, pass } : user ? { token: user } : {},
    ...protocol === "tls:" ? { tls: {} } : {},
    name: "regulens",
    noEcho: true,
    timeout: ANSWER_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => RECONNECT_MS * (1 + Math.random()),
    ignoreAuthErrorAbort: true,
    pingInterval: NEVER_MS,
  };
}
