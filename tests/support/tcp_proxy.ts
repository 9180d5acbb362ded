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

const CAN_RESET = "resetAndDestroy" in net.Socket.prototype;

interface Link {
  readonly near: net.Socket;
  readonly far: net.Socket;
  silent: boolean;
  /** Bytes wait for room at the other end; carrying goes on by itself. */
  readonly full: Set<net.Socket>;
}

export class TcpProxy implements AsyncDisposable {
  readonly #links = new Set<Link>();
  readonly #server: net.Server;
  readonly #options: ProxyOptions;
  #frozen = false;
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

  /**
   * Carries nothing in either direction, on connections yet to come too, and tells no one.
   * What was under way, closes included, is carried after `thaw`.
   */
  freeze(): void {
    this.#frozen = true;
    for (const { near, far } of this.#links) {
      near.pause();
      far.pause();
    }
  }

  thaw(): void {
    this.#frozen = false;
    for (const { near, far, full } of this.#links) {
      if (!full.has(near)) near.resume();
      if (!full.has(far)) far.resume();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll("reset");
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => resolve())
    );
    // Deno before 2.6 forgets to say so when sockets were destroyed.
    if (CAN_RESET) await closed;
  }

  #connect(near: net.Socket): void {
    const far = net.connect(this.#options.targetPort, "127.0.0.1");
    near.setNoDelay(true);
    far.setNoDelay(true);
    const link: Link = { near, far, silent: false, full: new Set() };
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
          link.full.add(from);
          to.once("drain", () => {
            link.full.delete(from);
            if (!this.#frozen) from.resume();
          });
        }
      });
      from.on("end", () => link.silent || to.end());
      // A reset of one end is passed on as a reset of the other, unless all is silence.
      from.on("error", () => link.silent || reset(to));
      from.on("close", () => {
        if (link.silent) return;
        this.#links.delete(link);
        to.destroy();
      });
    };
    carry(near, far);
    carry(far, near);
    if (!this.#frozen) return;
    near.pause();
    far.pause();
  }

  #cut(link: Link, kind: Break): void {
    if (kind === "half_open") {
      link.silent = true;
      return;
    }
    this.#links.delete(link);
    reset(link.near);
    reset(link.far);
  }
}

/** Deno before 2.6 ends a socket only in order: then the other side sees it closed, not reset. */
function reset(socket: net.Socket): void {
  if (CAN_RESET) socket.resetAndDestroy();
  else socket.destroy();
}
