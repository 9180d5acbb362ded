/** The pages and the API with accounts over a log in memory; browsers that keep cookies. */
import { hasRole } from "../../../domain/access.ts";
import { changeAccount } from "../../../domain/accounts/account_command.ts";
import type { RoleName } from "../../../domain/decider.ts";
import { inboxCommands } from "../../../domain/inbox/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { Hub } from "../../../realtime/hub.ts";
import { DEFAULT_LIMITS } from "../../../realtime/hub_options.ts";
import type { Log } from "../../../realtime/log/log.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { type Logger, SILENT } from "../../../realtime/logger.ts";
import type { User } from "../../../realtime/user.ts";
import { Disconnects } from "../../../routes/ops/disconnects.ts";
import { aloneReach } from "../../support/reach.ts";
import { createAccess } from "../../../routes/access.ts";
import { createAccountParts } from "../../../routes/accounts/account_parts.ts";
import type { Oidc } from "../../../routes/accounts/oidc.ts";
import { createApp } from "../../../routes/app.ts";
import { createIdentify } from "../../../routes/auth_identify.ts";
import { SignIns } from "../../../routes/auth_sign_ins.ts";
import { Tickets } from "../../../routes/auth_tickets.ts";
import { pageRoutes } from "../../../routes/pages/pages.ts";
import { MANIFEST } from "../pages/fixture.ts";

export const ORIGIN = "http://localhost:8000";
export const SECRET = "a secret for tests, of at least 32 bytes";
export const SERVICE_TOKEN = "token-for-tests";
/** 2026-01-02T03:04:05.678Z */
export const START = 1_767_323_045_678;
/** Of everybody in these tests. */
export const PASSWORD = "four words stand here";
/** What is right for a server would take these tests minutes. */
const CHEAP = { cost: 2 ** 4, blockSize: 8, parallelism: 1 };

export interface AccountsOptions {
  readonly log?: Log;
  readonly logger?: Logger;
  readonly oidc?: Oidc;
}

export type AccountsFixture = Awaited<ReturnType<typeof accountsFixture>>;

export async function accountsFixture(options: AccountsOptions = {}) {
  const { log = createMemoryLog(), logger = SILENT, oidc } = options;
  const clock = { now: START };
  const now = () => clock.now;
  const commands = new Commands({
    log,
    declarations: [changeAccount, ...inboxCommands],
    authorize: hasRole,
    clock: now,
  });
  const hub = new Hub({
    log,
    access: createAccess(() => undefined),
    limits: DEFAULT_LIMITS,
    node: "test",
    userChannel: (userId) => `user:${userId}`,
  });
  const signIns = new SignIns({ log, secret: SECRET, now });
  const people = await createAccountParts({
    log,
    hub,
    commands,
    signIns,
    secret: SECRET,
    logger,
    oidc,
    now,
    cost: CHEAP,
  });
  const tickets = new Tickets({ now });
  const identify = createIdentify({
    signIns,
    tickets,
    apiToken: SERVICE_TOKEN,
    trustProxy: false,
    people: people.directory,
  });
  const reach = aloneReach(hub);
  const app = createApp({
    hub,
    log,
    reach,
    disconnects: new Disconnects({ reach, log, logger: SILENT }),
    signIns,
    tickets,
    identify,
    accounts: people,
    origin: { allowed: [], ports: [8000], trustProxy: false },
    version: "1.2.3",
    routes: [],
    logger: () => logger,
    pages: pageRoutes({
      commands,
      hub,
      log,
      auth: { hub, signIns, logger: () => logger },
      accounts: people,
      manifest: MANIFEST,
      demo: false,
      now,
    }),
  });
  const send = async (request: Request, remoteAddress: string) =>
    await app.fetch(request, { remoteAddress });

  /** A browser at an address: it keeps cookies and sends forms as browsers do. */
  const browser = (address = "192.0.2.1") => {
    const cookies = new Map<string, string>();
    const go = async (path: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set("accept", "text/html");
      headers.set("sec-fetch-site", "same-origin");
      headers.set("user-agent", "Mozilla/5.0 (X11; Linux) Firefox/140.0");
      const kept = [...cookies].map(([name, value]) => `${name}=${value}`);
      if (kept.length > 0) headers.set("cookie", kept.join("; "));
      const request = new Request(new URL(path, ORIGIN), { ...init, headers });
      const response = await send(request, address);
      for (const cookie of response.headers.getSetCookie()) {
        const [pair, ...attributes] = cookie.split("; ");
        const at = pair.indexOf("=");
        if (attributes.includes("Max-Age=0")) cookies.delete(pair.slice(0, at));
        else cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
      return {
        status: response.status,
        location: response.headers.get("location"),
        headers: response.headers,
        html: await response.text(),
      };
    };
    return {
      cookies,
      get: (path: string) => go(path),
      post: (path: string, fields: Record<string, string> = {}) =>
        go(path, { method: "POST", body: new URLSearchParams(fields) }),
      signIn: (name: string, password = PASSWORD) =>
        go("/login", {
          method: "POST",
          body: new URLSearchParams({ name, password }),
        }),
      /** Status of `/me`: 200 while signed in. */
      me: async () => (await go("/api/v1/me")).status,
    };
  };

  return {
    clock,
    hub,
    log,
    people,
    identify,
    browser,
    /** A call as a program makes it; the service's unless another token is given. */
    call: async (
      method: string,
      path: string,
      { body, token = SERVICE_TOKEN }: {
        readonly body?: unknown;
        readonly token?: string;
      } = {},
    ) =>
      await send(
        new Request(new URL(path, ORIGIN), {
          method,
          headers: { authorization: `Bearer ${token}` },
          ...body === undefined ? {} : { body: JSON.stringify(body) },
        }),
        "192.0.2.9",
      ),
    /** Somebody who was invited and has set the password of these tests. */
    enroll: async (userId: string, role: RoleName = "member") => {
      const { secret } = await people.accounts.invite(SERVICE, {
        userId,
        name: userId,
        role,
      });
      const answer = await people.accounts.accept(secret, {
        password: PASSWORD,
        address: "192.0.2.8",
        agent: "",
      });
      if (answer.state !== "signed_in") throw new Error("not signed in");
      return answer.user;
    },
    /** Connects whoever a request names, with a socket that keeps its close codes. */
    connect: async (user: User) => {
      const closed: number[] = [];
      await hub.connect({
        send: () => {},
        close: (code) => void closed.push(code ?? 0),
        bufferedAmount: 0,
      }, user);
      return closed;
    },
    [Symbol.dispose]: () => {
      people.close();
      hub.stop();
      commands.close();
    },
  };
}

export const SERVICE: User = {
  userId: "service",
  name: "Service",
  roles: ["admin"],
};
