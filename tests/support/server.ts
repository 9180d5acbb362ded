/** The product as a stranger meets it: a child process, its address, its signals, its output. */
import { type OpenOptions, SocketClient, within } from "./socket_client.ts";
import { RawWebSocket } from "./raw_websocket.ts";

/** Service token every test server is started with; its user is `service`, role admin. */
export const TOKEN = "test-token-that-no-one-else-knows";

const ROOT = new URL("../../", import.meta.url);
const START_DEADLINE_MS = 60_000;
const EXIT_DEADLINE_MS = 20_000;

export interface StartOptions {
  /** Variables of docs/operations, over the test defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** Data folder to use; the caller removes it. @default a fresh one, removed at the end */
  readonly folder?: string;
  /** Port to listen on, to come back where one was. @default 0, any free one */
  readonly port?: number;
}

/** Who a ticket is for. */
export interface Who {
  readonly userId: string;
  readonly name?: string;
  /** @default ["member"] */
  readonly roles?: readonly string[];
}

/** A session as `POST /api/v1/sessions` answers it. */
export interface OpenedSession {
  readonly id: string;
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
}

/** Starts `main.ts` in a process of its own and waits until it says where it listens. */
export async function startServer(
  options: StartOptions = {},
): Promise<TestServer> {
  const scratch = await Deno.makeTempDir({ prefix: "regulens_test_" });
  const folder = options.folder ?? `${scratch}/data`;
  const logFile = `${scratch}/server.log`;
  await Deno.writeTextFile(logFile, "");
  // Its output goes to a file, not a pipe: a pipe read in the background would be an
  // operation that starts in one test and ends in another.
  const child = new Deno.Command("sh", {
    args: ["-c", `exec deno run -A main.ts >"$TEST_SERVER_LOG" 2>&1`],
    cwd: ROOT,
    clearEnv: true,
    env: {
      ...inherited(),
      HOST: "127.0.0.1",
      PORT: String(options.port ?? 0),
      REGULENS_DATA: folder,
      REGULENS_API_TOKEN: TOKEN,
      LOG_FORMAT: "json",
      TEST_SERVER_LOG: logFile,
      ...options.env,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const exit = child.status;
  let ended: Deno.CommandStatus | undefined;
  exit.then((status) => ended = status, () => {});
  const startedAt = performance.now();
  for (;;) {
    const text = await Deno.readTextFile(logFile);
    const port = portIn(text);
    if (port !== undefined) {
      return new TestServer(child, exit, port, folder, scratch, logFile);
    }
    if (ended || performance.now() - startedAt > START_DEADLINE_MS) {
      if (!ended) child.kill("SIGKILL");
      await exit;
      await Deno.remove(scratch, { recursive: true });
      throw new Error(`Cannot start the server: it printed\n${text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export class TestServer implements AsyncDisposable {
  readonly url: string;
  readonly socketUrl: string;
  readonly pid: number;
  #ended = false;

  constructor(
    readonly child: Deno.ChildProcess,
    readonly exit: Promise<Deno.CommandStatus>,
    readonly port: number,
    readonly folder: string,
    readonly scratch: string,
    readonly logFile: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.socketUrl = `ws://127.0.0.1:${port}/ws`;
    this.pid = child.pid;
  }

  /** Everything the process has written so far. */
  output(): Promise<string> {
    return Deno.readTextFile(this.logFile);
  }

  /** One HTTP call as the service token, or as nobody with `token: null`. */
  fetch(
    path: string,
    init: RequestInit & { token?: string | null } = {},
  ): Promise<Response> {
    const headers = new Headers(init.headers);
    const token = init.token === undefined ? TOKEN : init.token;
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    return fetch(this.url + path, { ...init, headers, redirect: "manual" });
  }

  /** A JSON call as the service token; fails unless it answers with `expected`. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    expected?: number,
    headers: HeadersInit = {},
    // deno-lint-ignore no-explicit-any -- an answer from outside; the test states its shape
  ): Promise<any> {
    const response = await this.fetch(path, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const fine = expected === undefined
      ? response.ok
      : response.status === expected;
    if (!fine) {
      throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    }
    return text === "" ? undefined : JSON.parse(text);
  }

  /** A single-use ticket for this user. */
  async ticket(who: Who): Promise<string> {
    const { ticket } = await this.call("POST", "/api/v1/tickets", {
      userId: who.userId,
      name: who.name ?? who.userId,
      roles: who.roles ?? ["member"],
    }, 201);
    return ticket;
  }

  /** A connection of this user, after its `CONNECTION_ESTABLISHED`. */
  async connect(
    who: Who | string,
    options: Pick<OpenOptions, "answerHeartbeats" | "transport"> = {},
  ): Promise<SocketClient> {
    const ticket = await this.ticket(
      typeof who === "string" ? { userId: who } : who,
    );
    return await SocketClient.open(
      `${this.socketUrl}?ticket=${encodeURIComponent(ticket)}`,
      options,
    );
  }

  /** A connection of the service token (admin). */
  connectService(): Promise<SocketClient> {
    return SocketClient.open(this.socketUrl, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
  }

  /** A connection whose bytes the test reads and writes itself. */
  async connectRaw(who: Who | string): Promise<RawWebSocket> {
    const ticket = await this.ticket(
      typeof who === "string" ? { userId: who } : who,
    );
    return await RawWebSocket.open(this.port, {
      path: `/ws?ticket=${encodeURIComponent(ticket)}`,
    });
  }

  /** Signs in through the demo page and hands back the cookie and who it is. */
  async signIn(
    name: string,
    role = "member",
  ): Promise<{ cookie: string; userId: string }> {
    const response = await this.fetch("/login", {
      token: null,
      method: "POST",
      headers: { Origin: this.url, "Sec-Fetch-Site": "same-origin" },
      body: new URLSearchParams({ name, role }),
    });
    await response.body?.cancel();
    const cookie = response.headers.getSetCookie()
      .map((line) => line.split(";")[0]).join("; ");
    if (response.status !== 303 || cookie === "") {
      throw new Error(`POST /login answered ${response.status} "${cookie}"`);
    }
    const me = await this.fetch("/api/v1/me", {
      token: null,
      headers: { Cookie: cookie },
    });
    const { userId } = await me.json();
    return { cookie, userId };
  }

  /** Opens a session as the service token. */
  async openSession(body: Record<string, unknown>): Promise<OpenedSession> {
    const answer = await this.call("POST", "/api/v1/sessions", body, 201);
    return {
      id: answer.session.id ?? answer.session.sessionId,
      channel: answer.channel,
      epoch: answer.position.epoch,
      offset: answer.position.offset,
    };
  }

  /** Opens a session everybody may read and in which these users take part. */
  openSessionFor(
    userIds: readonly string[],
    title = "A session",
  ): Promise<OpenedSession> {
    const participants = userIds.map((userId) => ({ userId, name: userId }));
    return this.openSession({ title, open: true, participants });
  }

  /** Posts one activity message as the service token. */
  post(sessionId: string, text: string): Promise<unknown> {
    return this.call("POST", `/api/v1/sessions/${sessionId}/messages`, {
      text,
    });
  }

  /** Publishes `{n}` for n in `from..to` on a topic, in order. */
  async publishNumbers(
    channel: string,
    from: number,
    to: number,
  ): Promise<void> {
    for (let n = from; n <= to; n++) {
      await this.call(
        "POST",
        `/api/v1/channels/${encodeURIComponent(channel)}/publications`,
        { payload: { n } },
        201,
      );
    }
  }

  /** Every publication of a channel, read page by page. */
  async history(channel: string): Promise<HistoryItem[]> {
    const items: HistoryItem[] = [];
    for (let page = 0; page < 1000; page++) {
      const after = items.at(-1)?.offset ?? 0;
      const answer = await this.call(
        "GET",
        `/api/v1/channels/${
          encodeURIComponent(channel)
        }/history?after=${after}&limit=500`,
      );
      items.push(...answer.items);
      if (answer.nextCursor === null) return items;
    }
    throw new Error(`The history of ${channel} does not end`);
  }

  /** What `GET /api/v1/connections` says of one connection; undefined once it is forgotten. */
  async connection(
    connectionId: string,
    // deno-lint-ignore no-explicit-any -- an answer from outside; the test states its shape
  ): Promise<any> {
    const answer = await this.call("GET", "/api/v1/connections");
    const list: { connectionId: string }[] = answer.items ?? answer;
    return list.find((each) => each.connectionId === connectionId);
  }

  /** Asks until `claim` holds; fails with what it saw last. */
  async eventually<T>(
    what: string,
    ask: () => Promise<T>,
    claim: (value: T) => boolean,
    deadlineMs = 20_000,
  ): Promise<T> {
    const startedAt = performance.now();
    for (;;) {
      const value = await ask();
      if (claim(value)) return value;
      if (performance.now() - startedAt > deadlineMs) {
        throw new Error(
          `Waited ${deadlineMs} ms for ${what}; last saw ${
            JSON.stringify(value)
          }`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Sends a signal and waits for the end of the process. */
  async stop(
    signal: Deno.Signal = "SIGTERM",
  ): Promise<Deno.CommandStatus> {
    if (!this.#ended) this.child.kill(signal);
    this.#ended = true;
    return await within(
      this.exit,
      EXIT_DEADLINE_MS,
      `the server to end after ${signal}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.child.kill("SIGKILL");
    }
    await this.exit;
    await Deno.remove(this.scratch, { recursive: true });
  }
}

/** One publication as history and socket carry it. */
export interface HistoryItem {
  readonly type: string;
  readonly channel: string;
  readonly offset: number;
  readonly messageId?: string;
  readonly hash?: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

function inherited(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME"]) {
    const value = Deno.env.get(name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function portIn(output: string): number | undefined {
  const match = output.match(/https?:\/\/[^\s:"/]+:(\d{2,5})/) ??
    output.match(/"port":\s*(\d{2,5})/);
  return match ? Number(match[1]) : undefined;
}
