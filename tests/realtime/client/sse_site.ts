/** A hub behind real HTTP whose sockets a wall may block, and clients that find their way in. */
import { Admission, type Identity } from "../../../realtime/admission.ts";
import {
  monotonicClock,
  openWebSocket,
} from "../../../realtime/client/browser_socket.ts";
import { RealtimeClient } from "../../../realtime/client/client.ts";
import { withFallback } from "../../../realtime/client/fallback.ts";
import { createEventStreams } from "../../../realtime/client/sse.ts";
import { createHandshake } from "../../../realtime/handshake.ts";
import { HandshakeCounts } from "../../../realtime/handshake_counts.ts";
import { createEventStreams as createStreams } from "../../../realtime/sse.ts";
import { createTestHub, type TestHub } from "../../support/hub.ts";
import { within } from "../../support/socket_client.ts";
import { FakeClock } from "./fakes.ts";

export class Site implements AsyncDisposable {
  readonly test: TestHub = createTestHub();
  /** What the wall lets through. */
  readonly open = { sockets: true, streams: true, http: true };
  readonly asked = { sockets: 0, streams: 0 };
  /** Turns the waits of streams and probes; the client's own clock is real. */
  readonly clock = new FakeClock();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #clients: RealtimeClient[] = [];

  constructor() {
    const { hub } = this.test;
    const admission = new Admission({
      hub,
      identify: ({ url }): Identity | undefined => {
        const userId = new URL(url).searchParams.get("as");
        return userId === null
          ? undefined
          : { user: { userId, name: userId, roles: [] } };
      },
      origin: { allowed: [], ports: [], trustProxy: false },
      counts: new HandshakeCounts(),
      enabled: true,
      maxConnections: 10,
      maxConnectionsPerUser: 10,
      maxConnectionsPerAddress: 10,
    });
    const handshake = createHandshake({ hub, admission });
    const streams = createStreams({ hub, admission });
    const wall = () => new Response("blocked\n", { status: 403 });
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request, { remoteAddr: { hostname } }) => {
        const { pathname } = new URL(request.url);
        if (!this.open.http) return new Response("away\n", { status: 502 });
        if (pathname === "/ws") {
          this.asked.sockets++;
          return this.open.sockets ? handshake(request, hostname) : wall();
        }
        if (pathname === "/sse") this.asked.streams++;
        if (pathname.startsWith("/sse")) {
          return this.open.streams ? streams(request, hostname) : wall();
        }
        return new Response("ann\n");
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  client(userId = "ann"): RealtimeClient {
    const way = withFallback(
      openWebSocket,
      (back) =>
        Promise.resolve(createEventStreams({
          openSocket: openWebSocket,
          clock: this.clock,
          random: () => 0.5,
          back,
        })),
    );
    let ids = 0;
    const client = new RealtimeClient({
      url: `${this.url.replace("http", "ws")}/ws?as=${userId}`,
      open: way.open,
      clock: monotonicClock,
      random: () => 0.1,
      newId: () => `m${++ids}`,
      identify: async () => {
        const response = await fetch(`${this.url}/me`);
        await response.body?.cancel();
        return way.told(response.ok ? "signed_in" : "unknown");
      },
    });
    this.#clients.push(client);
    client.connect();
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    // Streams that overlap with their successor end now.
    this.clock.advance(10_000);
    await this.test.hub.drain();
    await this.test.stop();
    await this.#server.shutdown();
  }
}

/** Resolves once the client is live over this transport. */
export function liveOver(
  client: RealtimeClient,
  transport: string,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = client.onView((view) => {
    if (view.state === "live" && view.transport === transport) resolve();
  });
  return within(promise, 10_000, `a live client over ${transport}`)
    .finally(stop);
}
