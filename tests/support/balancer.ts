/** A small TCP load balancer without sticky sessions: each connection goes to the next node that is ready. */
import * as net from "node:net";

const PROBE_EVERY_MS = 250;
/** A node that does not answer by then gets no new connections. */
const PROBE_TIMEOUT_MS = 1_000;

interface Link {
  readonly near: net.Socket;
  readonly far: net.Socket;
}

export class Balancer implements AsyncDisposable {
  readonly #targets: readonly number[];
  readonly #ready: Set<number>;
  readonly #links = new Set<Link>();
  readonly #stop = new AbortController();
  readonly #server: net.Server;
  readonly #probes: Promise<unknown>;
  #next = 0;
  port = 0;

  private constructor(targets: readonly number[]) {
    this.#targets = targets;
    this.#ready = new Set(targets);
    this.#server = net.createServer((near) => this.#accept(near));
    this.#probes = Promise.all(targets.map((port) => this.#watch(port)));
  }

  /** @param targets Ports of the nodes on this machine; they stay the same over restarts. */
  static async listen(targets: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(targets);
    await new Promise<void>((resolve) =>
      balancer.#server.listen(0, "127.0.0.1", 4096, resolve)
    );
    const address = balancer.#server.address();
    if (address === null || typeof address === "string") {
      throw new Error("The balancer has no port");
    }
    balancer.port = address.port;
    return balancer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    for (const { near, far } of this.#links) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#probes;
  }

  #accept(near: net.Socket): void {
    near.setNoDelay(true);
    near.pause();
    // Ended before a node was found: nothing to carry.
    near.on("error", () => near.destroy());
    this.#connect(near, this.#candidates());
  }

  /** All nodes from the next one on, those that are ready; none ready: whoever takes it. */
  #candidates(): readonly number[] {
    const from = this.#next++ % this.#targets.length;
    const all = [...this.#targets.slice(from), ...this.#targets.slice(0, from)];
    const ready = all.filter((port) => this.#ready.has(port));
    return ready.length > 0 ? ready : all;
  }

  #connect(near: net.Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) return void near.resetAndDestroy();
    const far = net.connect({ port, host: "127.0.0.1", noDelay: true });
    const refused = () => this.#connect(near, others);
    far.once("error", refused);
    far.once("connect", () => {
      far.off("error", refused);
      this.#carry({ near, far });
    });
  }

  #carry(link: Link): void {
    const { near, far } = link;
    this.#links.add(link);
    const over = (other: net.Socket) => () => {
      this.#links.delete(link);
      other.destroy();
    };
    // A reset of one end is passed on: whoever reads must not take it for a proper end.
    near.on("error", () => far.resetAndDestroy());
    far.on("error", () => near.resetAndDestroy());
    near.on("close", over(far));
    far.on("close", over(near));
    near.pipe(far);
    far.pipe(near);
  }

  async #watch(port: number): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (await isReady(port, signal)) this.#ready.add(port);
      else this.#ready.delete(port);
      await pause(PROBE_EVERY_MS, signal);
    }
  }
}

async function isReady(port: number, stop: AbortSignal): Promise<boolean> {
  const late = new AbortController();
  const cut = () => late.abort();
  const timer = setTimeout(cut, PROBE_TIMEOUT_MS);
  stop.addEventListener("abort", cut);
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: late.signal,
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", cut);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
