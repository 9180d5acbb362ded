/** A proxy before Postgres that may lose a COMMIT, or the answer to it. */
import { Buffer } from "node:buffer";
import * as net from "node:net";

/**
 * What becomes of the next COMMIT: `before` loses it and the connection with it, `after` lets
 * it reach the server and loses the answer, `silent` does so and leaves the connection standing.
 */
export type Loss = "before" | "after" | "silent";

export class PostgresProxy implements AsyncDisposable {
  readonly #server: net.Server;
  readonly #targetPort: number;
  readonly #sockets = new Set<net.Socket>();
  #loss?: Loss;
  /** COMMITs that were lost, or whose answer was. */
  lost = 0;
  port = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = net.createServer((near) => this.#connect(near));
  }

  /** @param url Of a server on this machine. */
  static async before(url: string): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(Number(new URL(url).port));
    await new Promise<void>((resolve) =>
      proxy.#server.listen(0, "127.0.0.1", resolve)
    );
    const address = proxy.#server.address();
    if (address === null || typeof address === "string") {
      throw new Error("The proxy has no port");
    }
    proxy.port = address.port;
    return proxy;
  }

  /** The same database, by way of this proxy. */
  urlOf(url: string): string {
    const through = new URL(url);
    through.hostname = "127.0.0.1";
    through.port = String(this.port);
    return through.href;
  }

  loseNextCommit(loss: Loss): void {
    this.#loss = loss;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #connect(near: net.Socket): void {
    const far = net.connect(this.#targetPort, "127.0.0.1");
    let isMute = false;
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        // Silence goes on after the other end has given up.
        if (!isMute) other.destroy();
      });
    }
    far.on("data", (chunk: Buffer) => isMute || near.write(chunk));
    near.on("data", (chunk: Buffer) => {
      const loss = chunk.includes("; COMMIT") ? this.#loss : undefined;
      if (loss === undefined) return void far.write(chunk);
      this.#loss = undefined;
      this.lost++;
      if (loss === "before") {
        near.destroy();
        far.destroy();
        return;
      }
      isMute = true;
      far.write(chunk);
      // The server answers only what it has done: then the client is cut off.
      if (loss === "after") {
        far.on("data", (answer: Buffer) => {
          if (!answer.includes("COMMIT\0")) return;
          near.destroy();
          far.destroy();
        });
      }
    });
  }
}
