/** A hub alone: no HTTP, no domain, a log in memory, a clock the test moves. */
import { Hub } from "../../realtime/hub.ts";
import {
  DEFAULT_LIMITS,
  type HubLimits,
  type HubOptions,
} from "../../realtime/hub_options.ts";
import type { Log } from "../../realtime/log/log.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import type { Connection } from "../../realtime/connection.ts";
import { FakeSocket } from "./fake_socket.ts";

export interface TestClient {
  readonly socket: FakeSocket;
  readonly connection: Connection;
  send(...messages: object[]): void;
  /** Sends a request and waits for its reply. */
  // deno-lint-ignore no-explicit-any -- tests read replies of every shape.
  ask(message: object): Promise<any>;
}

export interface TestHub {
  readonly hub: Hub;
  readonly log: Log;
  readonly clock: { now: number };
  join(userId: string, name?: string): Promise<TestClient>;
  /** Appends to a durable channel, as a command would. */
  append(channel: string, ...texts: string[]): Promise<void>;
  stop(): Promise<void>;
}

export function createTestHub(
  limits: Partial<HubLimits> = {},
  options: Partial<HubOptions> = {},
): TestHub {
  const clock = { now: 1_000_000 };
  const log = options.log ?? createMemoryLog();
  const hub = new Hub({
    log,
    node: "test",
    limits: { ...DEFAULT_LIMITS, ratePerSecond: 1e6, ...limits },
    userChannel: (userId) =>
      /^[a-z]+$/.test(userId) ? `user:${userId}` : undefined,
    access: {
      read: (user, channel) =>
        channel.startsWith("session:hidden") ||
          channel.startsWith("sealed:") ||
          (channel.startsWith("user:") && channel !== `user:${user.userId}`)
          ? undefined
          : { role: "member" },
      publish: (_, channel) =>
        channel.startsWith("topic:") ? "allowed" : "forbidden",
      direct: () => true,
    },
    clock: { now: () => clock.now, monotonicMs: () => clock.now },
    ...options,
  });
  return {
    hub,
    log,
    clock,
    async join(userId, name = userId) {
      const socket = new FakeSocket();
      const user = { userId, name, roles: ["member"] };
      const connection = await hub.connect(socket, user);
      if (connection === undefined) throw new Error("not established");
      let id = 0;
      const send = (...messages: object[]) =>
        hub.receive(
          connection,
          messages.map((message) => JSON.stringify(message)).join("\n"),
        );
      return {
        socket,
        connection,
        send,
        ask(message) {
          send({ ...message, id: ++id });
          return socket.reply(id);
        },
      };
    },
    async append(channel, ...texts) {
      for (const text of texts) {
        await log.commit({
          writes: [{
            channel,
            entries: [{
              type: "SESSION_UPDATE",
              v: 1,
              subject: "session",
              at: clock.now,
              body: { event: "message_posted", text },
            }],
          }],
          sender: "ann",
        });
      }
    },
    async stop() {
      hub.stop();
      await log.close();
    },
  };
}
