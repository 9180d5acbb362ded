/**
 * A gate before the server that breaks a page's sockets, and the event streams it would fall
 * back to, and leaves the pages themselves alone.
 */
import { Buffer } from "node:buffer";
import * as net from "node:net";

/**
 * What the gate does to sockets. `refused`: ended, and no new one comes through. The others
 * are for those there are now: `requests_lost` and `answers_lost` swallow one direction,
 * `dead` both, and nobody is told.
 */
export type Trouble = "refused" | "requests_lost" | "answers_lost" | "dead";

interface Passage {
  readonly near: net.Socket;
  readonly far: net.Socket;
  socket: boolean;
  trouble: Trouble | undefined;
}

/** How a request begins that opens a connection, or speaks on one. */
const CONNECTS = /^(GET \/ws |(GET|POST) \/sse)/;

export class Gate implements AsyncDisposable {
  readonly #passages = new Set<Passage>();
  readonly #server: net.Server;
  readonly #targetPort: number;
  #refuses = false;
  /** How long every chunk of a socket is kept, each way. */
  delayMs = 0;
  url = "";

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = net.createServer((near) => this.#connect(near));
  }

  static async before(targetPort: number): Promise<Gate> {
    const gate = new Gate(targetPort);
    await new Promise<void>((resolve) =>
      gate.#server.listen(0, "127.0.0.1", 128, resolve)
    );
    const address = gate.#server.address();
    if (address === null || typeof address === "string") {
      throw new Error("The gate has no port");
    }
    gate.url = `http://127.0.0.1:${address.port}`;
    return gate;
  }

  trouble(trouble: Trouble): void {
    this.#refuses = trouble === "refused";
    for (const passage of this.#passages) {
      if (!passage.socket) continue;
      if (trouble === "refused") this.#end(passage);
      else passage.trouble = trouble;
    }
  }

  /** New sockets come through again; what was broken stays broken. */
  heal(): void {
    this.#refuses = false;
    this.delayMs = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const passage of this.#passages) this.#end(passage);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #connect(near: net.Socket): void {
    const far = net.connect(this.#targetPort, "127.0.0.1");
    near.setNoDelay(true);
    far.setNoDelay(true);
    const passage: Passage = { near, far, socket: false, trouble: undefined };
    this.#passages.add(passage);
    near.on("data", (chunk: Buffer) => {
      const isSocket = CONNECTS.test(chunk.subarray(0, 10).toString());
      passage.socket ||= isSocket;
      if (isSocket && this.#refuses) return this.#end(passage);
      this.#carry(passage, far, chunk, "requests_lost");
    });
    far.on("data", (chunk: Buffer) => {
      this.#carry(passage, near, chunk, "answers_lost");
    });
    for (const [from, to] of [[near, far], [far, near]] as const) {
      // The end of one side is the end of the other, except where silence hides it.
      from.on("error", () => {});
      from.on("close", () => {
        if (from === far && passage.trouble) return;
        this.#passages.delete(passage);
        to.destroy();
      });
    }
  }

  #carry(
    { socket, trouble }: Passage,
    to: net.Socket,
    chunk: Buffer,
    lostWith: Trouble,
  ): void {
    if (trouble === "dead" || trouble === lostWith) return;
    if (!socket || this.delayMs === 0) to.write(chunk);
    else setTimeout(() => to.write(chunk), this.delayMs);
  }

  #end(passage: Passage): void {
    this.#passages.delete(passage);
    passage.near.resetAndDestroy();
    passage.far.destroy();
  }
}
