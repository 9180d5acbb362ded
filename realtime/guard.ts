/**
 * A guard in front of HTTP, for boxes without a proxy: the port people reach is its own, the
 * server behind it listens on a Unix socket that only it knows.
 */
import type { Clock } from "./clock.ts";
import {
  type End,
  GuardConnection,
  type GuardLimits,
} from "./guard_connection.ts";
import { type After, systemAfter } from "./timer.ts";

/**
 * The guard's limits (docs/operations/security.md). Messages may be twice what the server
 * takes: so it is the server that says 1009, and the guard only cuts what is far over.
 */
export function guardLimits(maxMessageBytes: number): GuardLimits {
  return { ...GUARD_LIMITS, maxMessageBytes: 2 * maxMessageBytes };
}

const GUARD_LIMITS: GuardLimits = {
  headTimeoutMs: 10_000,
  bodyTimeoutMs: 60_000,
  stuckMs: 30_000,
  idleMs: 300_000,
  maxHeadBytes: 16 * 1024,
  maxMessageBytes: 128 * 1024,
  maxFragments: 1_024,
};

/** How often it looks at what takes too long. */
const SWEEP_MS = 1_000;
/** Before it tries again to let somebody in, in ms. */
const PAUSE_MS = 50;

export interface GuardOptions {
  readonly hostname: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly backlog?: number;
  /** A way to the server behind it. */
  readonly dial: () => Promise<End>;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** @default GUARD_LIMITS */
  readonly limits?: GuardLimits;
  /** @default the platform's timer */
  readonly after?: After;
}

export interface Guard {
  readonly port: number;
  /** Connections under way. */
  readonly size: number;
  /** Lets nobody in any more; those inside go on. */
  stopAccepting(): void;
  /** Ends what is still under way. */
  close(): Promise<void>;
}

/** @throws {Deno.errors.AddrInUse} and what else `Deno.listen` throws */
export function openGuard(options: GuardOptions): Guard {
  const { hostname, port, backlog, dial, clock } = options;
  const { limits = GUARD_LIMITS, after = systemAfter } = options;
  const listener = Deno.listen({ hostname, port, tcpBacklog: backlog });
  const now = () => clock.monotonicMs();
  const connections = new Map<GuardConnection, Promise<void>>();
  let isAccepting = true;

  let stopSweeping: () => void;
  const sweepLater = () => {
    stopSweeping = after(SWEEP_MS, () => {
      for (const connection of connections.keys()) connection.sweep();
      sweepLater();
    });
  };
  sweepLater();

  const admit = async (client: Deno.TcpConn) => {
    let server: End;
    try {
      client.setNoDelay();
      server = await dial();
    } catch {
      return client.close();
    }
    const address = client.remoteAddr.hostname;
    const ends = { client, server, address };
    const connection = new GuardConnection(ends, { limits, now });
    const run = connection.run().finally(() => connections.delete(connection));
    connections.set(connection, run);
    await run;
  };
  const accepting = (async () => {
    while (isAccepting) {
      try {
        void admit(await listener.accept());
      } catch {
        // Closed; or nothing is left to take one with, and asking at once would only spin.
        if (isAccepting) {
          await new Promise<void>((resolve) => systemAfter(PAUSE_MS, resolve));
        }
      }
    }
  })();

  const stopAccepting = () => {
    if (!isAccepting) return;
    isAccepting = false;
    listener.close();
  };
  return {
    port: listener.addr.port,
    get size() {
      return connections.size;
    },
    stopAccepting,
    close: async () => {
      stopAccepting();
      stopSweeping();
      const running = [...connections.values()];
      for (const connection of connections.keys()) connection.close();
      await Promise.all([accepting, ...running]);
    },
  };
}
