/** Several nodes as an operator runs them: processes of their own, one store, one balancer in front. */
import { Balancer } from "./balancer.ts";
import type { PostgresMachine } from "./postgres_server.ts";
import { startServer, type TestServer, TOKEN, type Who } from "./server.ts";
import { TcpProxy } from "./tcp_proxy.ts";

/** An answer that has not come by then is asked for again, of whoever is next. */
const CALL_TIMEOUT_MS = 5_000;

export interface ClusterOptions {
  /** @default the embedded log of the one node */
  readonly postgres?: PostgresMachine;
  /** Without Postgres there can be but one. @default 3 */
  readonly nodes?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** One node: it keeps its port and its folder through all its lives. */
export class Node implements AsyncDisposable {
  #server: TestServer;

  private constructor(
    readonly folder: string,
    readonly env: Readonly<Record<string, string>>,
    /** Between it and Postgres. */
    readonly link: TcpProxy | undefined,
    server: TestServer,
  ) {
    this.#server = server;
  }

  static async start(
    { postgres, env = {} }: ClusterOptions,
  ): Promise<Node> {
    const folder = await Deno.makeTempDir({ prefix: "regulens_node_" });
    const link = postgres &&
      await TcpProxy.listen({ targetPort: postgres.port });
    const reached = link && postgres.url.replace(
      `:${postgres.port}/`,
      `:${link.port}/`,
    );
    const all = { ...env, ...reached && { DATABASE_URL: reached } };
    try {
      const server = await startServer({ folder, env: all });
      return new Node(folder, all, link, server);
    } catch (error) {
      await link?.[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  /** As it runs now, to be asked without the balancer. */
  get server(): TestServer {
    return this.#server;
  }

  get port(): number {
    return this.#server.port;
  }

  /** SIGTERM asks for an orderly stop, SIGKILL does not ask. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await this.#server.stop(signal);
  }

  /** Starts it on the same port, with the same folder. */
  async startAgain(): Promise<void> {
    const { folder, port, env } = this;
    await this.#server[Symbol.asyncDispose]();
    this.#server = await startServer({ folder, port, env });
  }

  /** Stops the process where it is: its sockets stay open and nothing answers. */
  freeze(): void {
    this.#server.child.kill("SIGSTOP");
  }

  thaw(): void {
    this.#server.child.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.link?.[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

export class Cluster implements AsyncDisposable {
  private constructor(
    readonly nodes: readonly Node[],
    readonly balancer: Balancer,
  ) {}

  static async start(options: ClusterOptions): Promise<Cluster> {
    const { postgres, nodes = 3 } = options;
    if (postgres === undefined && nodes > 1) {
      throw new RangeError(
        `Cannot start ${nodes} nodes: they share a Postgres`,
      );
    }
    const starts = await Promise.allSettled(
      Array.from({ length: nodes }, () => Node.start(options)),
    );
    const started = starts.flatMap((start) =>
      start.status === "fulfilled" ? [start.value] : []
    );
    const failed = starts.find((start) => start.status === "rejected");
    if (failed !== undefined) {
      await Promise.all(started.map((node) => node[Symbol.asyncDispose]()));
      throw failed.reason;
    }
    const balancer = await Balancer.listen(started.map(({ port }) => port));
    return new Cluster(started, balancer);
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.balancer.port}/ws`;
  }

  /**
   * A ticket from whichever node is next.
   * @throws {DOMException} When none comes in time; whoever wants one tries again.
   */
  async ticket({ userId, name = userId, roles = ["member"] }: Who) {
    const url = `http://127.0.0.1:${this.balancer.port}/api/v1/tickets`;
    const response = await fetch(url, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ userId, name, roles }),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`No ticket: ${response.status} ${text}`);
    const { ticket }: { ticket: string } = JSON.parse(text);
    return ticket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.balancer[Symbol.asyncDispose]();
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
  }
}
