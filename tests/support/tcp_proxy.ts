/** A TCP proxy that breaks connections in the ways networks do, on command or after so many bytes. */
import { Buffer } from "node:buffer";
import * as net from "node:net";

/** `reset` sends RST to both ends, `half_open` swallows everything and tells no one. */
export type Break = "reset" | "half_open";

export interface Cut {
  readonly kind: Break;
  /** Bytes counted in both directions; the rest of the chunk that crosses it is lost. */
  readonly afterBytes: number;
}

export interface ProxyOptions {
  readonly targetPort: number;
  /** What happens to the next connection; undefined leaves it alone. */
  readonly nextCut?: () => Cut | undefined;
  /** Told when a connection was cut by its plan. */
  readonly onCut?: (cut: Cut) => void;
}

interface Link {
  readonly near: net.Socket;
  readonly far: net.Socket;
  silent: boolean;
}

export class TcpProxy implements AsyncDisposable {
  readonly #links = new Set<Link>();
  readonly #server: net.Server;
  readonly #options: ProxyOptions;
  port = 0;

  private constructor(options: ProxyOptions) {
    this.#options = options;
    this.#server = net.createServer((near) => this.#connect(near));
  }

  static async listen(options: ProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    await new Promise<void>((resolve) =>
      proxy.#server.listen(0, "127.0.0.1", 1024, resolve)
    );
    const address = proxy.#server.address();
    if (address === null || typeof address === "string") {
      throw new Error("The proxy has no port");
    }
    proxy.port = address.port;
    return proxy;
  }

  /** Connections the proxy still holds, half-open ones included. */
  get links(): number {
    return this.#links.size;
  }

  /** Breaks every connection there is now. */
  cutAll(kind: Break): void {
    for (const link of this.#links) this.#cut(link, kind);
  }

  /** Stops carrying bytes from the server to clients; TCP itself pushes back. */
  stall(): void {
    for (const link of this.#links) link.far.pause();
  }

  resume(): void {
    for (const link of this.#links) link.far.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll("reset");
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #connect(near: net.Socket): void {
    const far = net.connect(this.#options.targetPort, "127.0.0.1");
    near.setNoDelay(true);
    far.setNoDelay(true);
    const link: Link = { near, far, silent: false };
    this.#links.add(link);
    const cut = this.#options.nextCut?.();
    let bytes = 0;
    const carry = (from: net.Socket, to: net.Socket) => {
      from.on("data", (chunk: Buffer) => {
        if (link.silent) return;
        const left = cut ? cut.afterBytes - bytes : Infinity;
        bytes += chunk.length;
        const whole = chunk.length < left;
        const room = to.write(whole ? chunk : chunk.subarray(0, left));
        if (cut && !whole) {
          this.#options.onCut?.(cut);
          this.#cut(link, cut.kind);
        } else if (!room) {
          from.pause();
          to.once("drain", () => from.resume());
        }
      });
      from.on("end", () => link.silent || to.end());
      // A reset of one end is passed on as a reset of the other, unless all is silence.
      from.on("error", () => link.silent || to.resetAndDestroy());
      from.on("close", () => {
        if (link.silent) return;
        this.#links.delete(link);
        to.destroy();
      });
    };
    carry(near, far);
    carry(far, near);
  }

  #cut(link: Link, kind: Break): void {
    if (kind === "half_open") {
      link.silent = true;
      return;
    }
    this.#links.delete(link);
    link.near.resetAndDestroy();
    link.far.resetAndDestroy();
  }
}
