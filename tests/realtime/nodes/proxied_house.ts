/** Nodes that reach their servers each through proxies of its own, so that any can be cut off. */
import type { Clock } from "../../../realtime/clock.ts";
import { type Logger, SILENT } from "../../../realtime/logger.ts";
import type { Bus } from "../../../realtime/nodes/bus.ts";
import type { BusSettings } from "../../../realtime/nodes/relayed_bus.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";
import type { House } from "./bus_contract.ts";

/** Short, for the dead to be found soon; long enough for a busy machine. */
const LEASE_MS = 2_000;

interface Link {
  isCut: boolean;
  sleptMs: number;
}

interface Place {
  readonly bus: Bus;
  readonly proxies: readonly TcpProxy[];
  readonly close: () => Promise<void>;
  readonly link: Link;
}

/** @param urls Of the node's own proxies, in the order of the servers. */
export type OpenBus = (
  urls: readonly string[],
  settings: BusSettings,
) => Promise<{ readonly bus: Bus; readonly close: () => Promise<void> }>;

export class ProxiedHouse implements House {
  readonly errors: string[] = [];
  readonly #urls: readonly string[];
  readonly #open: OpenBus;
  readonly #places = new Map<string, Place>();

  /** @param urls Of the servers, on this machine and with a port. */
  constructor(urls: readonly string[], open: OpenBus) {
    this.#urls = urls;
    this.#open = open;
  }

  async join(node: string): Promise<Bus> {
    const link: Link = { isCut: false, sleptMs: 0 };
    const proxies = await Promise.all(
      this.#urls.map((url) => listen(url, link)),
    );
    const urls = this.#urls.map((text, i) => {
      const url = new URL(text);
      url.hostname = "127.0.0.1";
      url.port = String(proxies[i].port);
      return url.href;
    });
    const clock: Clock = {
      now: () => Date.now(),
      monotonicMs: () => performance.now() + link.sleptMs,
    };
    const opened = await this.#open(urls, {
      node,
      clock,
      leaseMs: LEASE_MS,
      logger: this.#logger(),
    });
    this.#places.set(node, { ...opened, proxies, link });
    return opened.bus;
  }

  /** Everything is swallowed both ways, and nobody is told. */
  cut(node: string): void {
    const { link, proxies } = this.#place(node);
    link.isCut = true;
    for (const proxy of proxies) proxy.cutAll("half_open");
  }

  heal(node: string): void {
    const { link, proxies } = this.#place(node);
    if (!link.isCut) return;
    link.isCut = false;
    for (const proxy of proxies) proxy.cutAll("reset");
  }

  kill(node: string): void {
    this.cut(node);
  }

  sleep(node: string): void {
    this.#place(node).link.sleptMs += LEASE_MS;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#places.keys()) this.heal(node);
    for (const { bus, close, proxies } of this.#places.values()) {
      await bus.close();
      await close();
      for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    }
  }

  #place(node: string): Place {
    const place = this.#places.get(node);
    if (!place) throw new RangeError(`There is no node ${node}`);
    return place;
  }

  #logger(): Logger {
    return { ...SILENT, error: (message) => void this.errors.push(message) };
  }
}

function listen(url: string, link: Link): Promise<TcpProxy> {
  return TcpProxy.listen({
    targetPort: Number(new URL(url).port),
    nextCut: () =>
      link.isCut ? { kind: "half_open", afterBytes: 0 } : undefined,
  });
}
