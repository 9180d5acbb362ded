/** The whole program in this process, and the people who knock: each signed in as the matrix names them. */
import { readConfig } from "../../config.ts";
import { SILENT } from "../../realtime/logger.ts";
import type { User } from "../../realtime/user.ts";
import { type Server, startServer } from "../../server.ts";
import { SocketClient } from "../support/socket_client.ts";

export const TOKEN = "token-for-attacks";

/** Who acts by the columns of the matrix, and the role they sign in with. */
export const PEOPLE = {
  /** Signed in, but no participant of any session. */
  stranger: "member",
  observer: "observer",
  member: "member",
  facilitator: "facilitator",
  /** Of the house; takes part in no session. */
  admin: "admin",
  /** Took part as a member until somebody removed them. */
  removed: "member",
  /** Led sessions until they were signed out. */
  revoked: "facilitator",
} as const;
export type Person = keyof typeof PEOPLE;

export const SERVICE: User = {
  userId: "service",
  name: "Service",
  roles: ["admin"],
};

/** What came of one attempt: `yes`, `401`, or the reason it was refused for. */
export type Outcome = string;

export interface House extends AsyncDisposable {
  readonly server: Server;
  readonly cookies: Readonly<Record<Person, string>>;
  /** One HTTP call; nobody's without a person. */
  call(
    who: Person | undefined,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Outcome>;
  /** A socket that came with this person's cookie. */
  connect(who: Person): Promise<SocketClient>;
  /** Something done beforehand by the service token. */
  execute(name: string, input: unknown, user?: User): Promise<unknown>;
}

export async function openHouse(
  environment: Readonly<Record<string, string>> = {},
): Promise<House> {
  const folder = await Deno.makeTempDir({ prefix: "regulens_attack_" });
  const { config } = readConfig({
    PORT: "0",
    REGULENS_DATA: folder,
    REGULENS_API_TOKEN: TOKEN,
    WEBSOCKET_RATE_LIMIT: "1000000",
    ...environment,
  });
  const logging = { logger: () => SILENT };
  const server = await startServer(config, { logging, version: "0.0.0" });
  const ownPage = { Origin: server.url, "Sec-Fetch-Site": "same-origin" };
  const signIn = async (name: Person) => {
    const body = new URLSearchParams({ name, role: PEOPLE[name] });
    const response = await fetch(`${server.url}/login`, {
      method: "POST",
      headers: ownPage,
      body,
      redirect: "manual",
    });
    await response.body?.cancel();
    return response.headers.getSetCookie().map((line) => line.split(";")[0])
      .join("; ");
  };
  const cookies = {
    stranger: await signIn("stranger"),
    observer: await signIn("observer"),
    member: await signIn("member"),
    facilitator: await signIn("facilitator"),
    admin: await signIn("admin"),
    removed: await signIn("removed"),
    revoked: await signIn("revoked"),
  };
  return {
    server,
    cookies,
    call: async (who, method, path, body) => {
      const response = await fetch(server.url + path, {
        method,
        headers: {
          ...ownPage,
          ...who && { Cookie: cookies[who] },
          "Content-Type": "application/json",
        },
        redirect: "manual",
        ...body !== undefined && method !== "GET" &&
          { body: JSON.stringify(body) },
      });
      const text = await response.text();
      if (response.ok) return "yes";
      const isProblem = response.headers.get("content-type")
        ?.startsWith("application/problem+json");
      if (response.status === 401 || !isProblem) return `${response.status}`;
      const { reason, code, detail } = JSON.parse(text);
      return reason ?? (code === "invalid" ? `${code}: ${text}` : code) ??
        detail;
    },
    connect: (who) =>
      SocketClient.open(server.socketUrl, {
        headers: { Cookie: cookies[who], Origin: server.url },
      }),
    execute: async (name, input, user = SERVICE) =>
      (await server.commands.execute(name, input, { user })).result,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
