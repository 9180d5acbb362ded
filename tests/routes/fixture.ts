/** The whole HTTP side over a log in memory, with people who sign in and sockets that only listen. */
import type { RoleName } from "../../domain/decider.ts";
import { DEFAULT_LIMITS } from "../../realtime/hub_options.ts";
import { Hub } from "../../realtime/hub.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import type { Log } from "../../realtime/log/log.ts";
import { type Logger, SILENT } from "../../realtime/logger.ts";
import type { User } from "../../realtime/user.ts";
import { createApp } from "../../routes/app.ts";
import { createIdentify } from "../../routes/auth_identify.ts";
import { SignIns } from "../../routes/auth_sign_ins.ts";
import { Tickets } from "../../routes/auth_tickets.ts";
import { createAccess } from "../../routes/access.ts";
import { Disconnects } from "../../routes/ops/disconnects.ts";
import { aloneReach } from "../support/reach.ts";
import type { Parts } from "../../routes/parts.ts";

export const SECRET = "a secret for tests, of at least 32 bytes";
export const TOKEN = "token-for-tests";
export const ORIGIN = "http://localhost:8000";
/** 2026-01-02T03:04:05.678Z */
export const START = 1_767_323_045_678;

export interface FixtureOptions {
  readonly log?: Log;
  readonly trustProxy?: boolean;
  readonly allowed?: readonly string[];
  readonly ports?: readonly number[];
  readonly logger?: Logger;
  readonly parts?: Partial<Parts>;
}

export type Fixture = Awaited<ReturnType<typeof fixture>>;

export async function fixture(options: FixtureOptions = {}) {
  const { trustProxy = false, log = createMemoryLog() } = options;
  const clock = { now: START };
  const hub = new Hub({
    log,
    access: createAccess(() => undefined),
    limits: DEFAULT_LIMITS,
    node: "test",
    userChannel: (userId) => `user:${userId}`,
    clock: { now: () => clock.now, monotonicMs: () => clock.now - START },
  });
  const now = () => clock.now;
  const signIns = new SignIns({ log, secret: SECRET, now });
  await signIns.load();
  const tickets = new Tickets({ now });
  const identify = createIdentify({
    signIns,
    tickets,
    apiToken: TOKEN,
    trustProxy,
  });
  const reach = aloneReach(hub);
  const app = createApp({
    hub,
    log,
    reach,
    disconnects: new Disconnects({ reach, log, logger: SILENT, now }),
    signIns,
    tickets,
    identify,
    origin: {
      allowed: options.allowed ?? [],
      ports: options.ports ?? [8000],
      trustProxy,
    },
    version: "1.2.3",
    routes: [],
    logger: () => options.logger ?? SILENT,
    ...options.parts,
  });

  const request = async (path: string, init: RequestInit = {}) =>
    await app.fetch(new Request(new URL(path, ORIGIN), init));

  return {
    app,
    clock,
    hub,
    log,
    signIns,
    tickets,
    identify,
    request,
    /** Calls with the service token, a JSON body if there is one. */
    call: (method: string, path: string, body?: unknown, headers = {}) =>
      request(path, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    /** Calls as a demo visitor of our own pages. */
    callAs: (
      person: { name: string; role: RoleName },
      method: string,
      path: string,
      body?: unknown,
    ) =>
      request(path, {
        method,
        headers: {
          cookie: `regulens=${signIns.open(person).cookie}`,
          "sec-fetch-site": "same-origin",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    /** Connects a user with a socket that keeps what it is sent. */
    connect: async (user: User) => {
      const sent: unknown[] = [];
      const closed: number[] = [];
      const connection = await hub.connect({
        send: (text) => {
          sent.push(...text.split("\n").map((line) => JSON.parse(line)));
        },
        close: (code) => void closed.push(code ?? 0),
        bufferedAmount: 0,
      }, user);
      return { connection: connection!, sent, closed };
    },
    [Symbol.dispose]: () => hub.stop(),
  };
}

export const ANA: User = { userId: "ana", name: "Ana", roles: ["member"] };
export const BO: User = { userId: "bo", name: "Bo", roles: ["observer"] };
