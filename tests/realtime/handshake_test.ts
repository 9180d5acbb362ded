/** Between the answer 101 and the greeting: what ends, and what is said too early. */
import { assertEquals } from "@std/assert";
import { Admission, type Identity } from "../../realtime/admission.ts";
import { createHandshake } from "../../realtime/handshake.ts";
import { HandshakeCounts } from "../../realtime/handshake_counts.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import type { Log } from "../../realtime/log/log.ts";
import { createTestHub, type TestHub } from "../support/hub.ts";

interface Site extends AsyncDisposable {
  readonly test: TestHub;
  /** Opens a socket, sends these at once, and resolves with what came and how it ended. */
  talk(
    frames?: readonly string[],
  ): Promise<{ received: string[]; code: number }>;
}

function serve(identity: Partial<Identity>, log?: Log): Site {
  const test = createTestHub({}, log ? { log } : {});
  const user = { userId: "ann", name: "Ann", roles: ["member"] };
  const handshake = createHandshake({
    hub: test.hub,
    admission: new Admission({
      hub: test.hub,
      identify: () => ({ user, ...identity }),
      origin: { allowed: [], ports: [], trustProxy: false },
      counts: new HandshakeCounts(),
      enabled: true,
      maxConnections: 1,
      maxConnectionsPerUser: 1,
      maxConnectionsPerAddress: 1,
    }),
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, { remoteAddr }) => handshake(request, remoteAddr.hostname),
  );
  return {
    test,
    talk(frames = []) {
      const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}/ws`);
      const received: string[] = [];
      socket.onmessage = ({ data }) => received.push(String(data));
      socket.onopen = () => {
        for (const frame of frames) socket.send(frame);
      };
      return new Promise((resolve) => {
        socket.onclose = ({ code }) => resolve({ received, code });
      });
    },
    async [Symbol.asyncDispose]() {
      await test.stop();
      await server.shutdown();
    },
  };
}

/** A log that never tells a head: who connects stays ungreeted. */
function silentLog(): Log {
  const inner = createMemoryLog();
  return new Proxy(inner, {
    get(target, key) {
      if (key === "head") return () => new Promise(() => {});
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("[I4] a sign-in that ends between 101 and the open socket is closed with 4501, ungreeted", async () => {
  await using site = serve({ isCurrent: () => false });
  assertEquals(await site.talk(), { received: [], code: 4501 });
  assertEquals(site.test.hub.size, 0);
  // Its place was given back, though there is only one.
  assertEquals((await site.talk()).code, 4501);
});

Deno.test("[P4] a message that is too big before the greeting closes with 1009", async () => {
  await using site = serve({}, silentLog());
  assertEquals((await site.talk(["x".repeat(65_537)])).code, 1009);
});

Deno.test("[P18] what is said before the greeting is bounded", async () => {
  await using site = serve({}, silentLog());
  const frames = Array.from({ length: 5 }, () => "x".repeat(65_000));
  assertEquals((await site.talk(frames)).code, 4029);
});
