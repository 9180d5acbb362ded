/** Attempts at commands: what they need is made first, then they are made over HTTP or the socket. */
import type { SocketClient } from "../support/socket_client.ts";
import { type Actor, ACTORS, type Where } from "./authorisation_rules.ts";
import {
  COMMAND_ROWS,
  type CommandRow,
  type Given,
  type Place,
} from "./command_rows.ts";
import type { House, Outcome } from "./house.ts";

const PUBLISHER = { userId: "publisher", name: "P", roles: ["admin"] };

let made = 0;

/** A fresh session with what the attempt needs; then one of its participants is removed. */
export async function prepare(
  house: House,
  { where, actor, given }: {
    readonly where: Where;
    readonly actor: Actor;
    readonly given?: Given;
  },
): Promise<Place> {
  const id = `x${++made}`;
  await house.execute("open_session", {
    id,
    title: "Matrix",
    open: where === "open",
    participants: [
      { userId: "observer", role: "observer" },
      { userId: "member" },
      { userId: "facilitator", role: "facilitator" },
      { userId: "removed" },
      { userId: "bystander" },
    ],
  });
  const session = where === "house" ? {} : { sessionId: id };
  const jobId = given && await give(house, given, { id, session });
  await house.execute("remove_participant", {
    sessionId: id,
    userId: "removed",
  });
  return { session, sessionId: id, id: jobId ?? id, actor };
}

/** Makes what an attempt is about, under the session's own id; answers a job's. */
async function give(
  house: House,
  given: Given,
  { id, session }: { id: string; session: { sessionId?: string } },
): Promise<string | undefined> {
  const row = (command: string) => {
    const found = COMMAND_ROWS.find((one) => one.command === command)!;
    return found.input({ session, sessionId: id, id, actor: "" });
  };
  switch (given) {
    case "poll":
      await house.execute("open_poll", { ...row("open_poll"), id });
      return;
    case "decision":
      await house.execute("open_decision", { ...row("open_decision"), id });
      return;
    case "alert":
      await house.execute("raise_alert", { ...row("raise_alert"), id });
      return;
    case "job": {
      const result = await house.execute("submit_job", row("submit_job"));
      return JSON.parse(JSON.stringify(result)).job.id;
    }
    case "draft":
      await house.execute("create_rule", { ...row("create_rule"), id });
      return;
    case "rule":
      await house.execute("create_rule", { ...row("create_rule"), id });
      await house.execute("publish_rule", { ruleId: id }, PUBLISHER);
      return;
    case "hold":
      await house.execute("place_hold", {
        channel: `session:${id}`,
        reason: "A case",
      });
  }
}

export async function overHttp(
  house: House,
  { command, input }: CommandRow,
  place: Place,
): Promise<Outcome> {
  const { http } = house.server.commands.declarations
    .find(({ name }) => name === command)!;
  const fields = input(place);
  const path = http.path.replace(
    /\{(\w+)\}/g,
    (_, name) => encodeURIComponent(String(fields[name])),
  );
  const who = ACTORS.find((actor) => actor === place.actor);
  const person = who === "anonymous" ? undefined : who;
  return await house.call(person, http.method, `/api/v1${path}`, fields);
}

export async function overSocket(
  socket: SocketClient,
  { command, input }: CommandRow,
  place: Place,
): Promise<Outcome> {
  const { type, payload } = await socket.request({
    type: "COMMAND",
    payload: { command, input: input(place) },
  });
  if (type !== "ERROR") return "yes";
  return payload.reason ?? `${payload.code}: ${JSON.stringify(payload)}`;
}
