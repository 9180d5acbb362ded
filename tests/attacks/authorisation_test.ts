/** The authorisation matrix: every actor tries every command everywhere, over HTTP and the socket. */
import { assertEquals } from "@std/assert";
import { dragWeights } from "../../domain/decisions/live/drag_weights.ts";
import type { SocketClient } from "../support/socket_client.ts";
import {
  type Actor,
  ACTORS,
  expected,
  RULES,
  type Where,
} from "./authorisation_rules.ts";
import { overHttp, overSocket, prepare } from "./attempts.ts";
import { COMMAND_ROWS, type CommandRow, INTERNAL } from "./command_rows.ts";
import { type House, openHouse, type Outcome, type Person } from "./house.ts";

/** Told by the rule's line first, then by what those who may are answered. */
function expectedOf(row: CommandRow, line: string, actor: Actor): Outcome {
  const said = expected(line, actor);
  return said === "yes" ? row.granted ?? "yes" : said;
}

async function signOut(house: House, who: Person): Promise<void> {
  const response = await fetch(`${house.server.url}/logout`, {
    method: "POST",
    headers: { Cookie: house.cookies[who], "Sec-Fetch-Site": "same-origin" },
    redirect: "manual",
  });
  await response.body?.cancel();
}

const PLACES = ["open", "private", "house"] as const satisfies readonly Where[];

/** Every cell of the matrix, as it is told. */
function* cells() {
  for (const row of COMMAND_ROWS) {
    for (const rule of row.rules) {
      const lines: Partial<Record<Where, string>> = RULES[rule];
      for (const where of PLACES) {
        const line = lines[where];
        if (line === undefined) continue;
        for (const actor of ACTORS) {
          yield {
            row,
            where,
            actor,
            expected: expectedOf(row, line, actor),
            name: `${row.command} (${rule}) ${where} ${actor}`,
          };
        }
      }
    }
  }
}

Deno.test("[S1] every declared command stands in the matrix, and nothing else does", async () => {
  await using house = await openHouse();
  const { declarations } = house.server.commands;
  const offered = declarations.filter(({ internal }) => !internal);
  assertEquals(
    [...new Set(COMMAND_ROWS.map(({ command }) => command))].sort(),
    [...offered, dragWeights].map(({ name }) => name).sort(),
  );
  assertEquals(
    declarations.filter(({ internal }) => internal).map(({ name }) => name)
      .sort(),
    INTERNAL,
  );
});

Deno.test("[S1] each actor may over HTTP what the matrix says, and no more", async () => {
  await using house = await openHouse();
  await signOut(house, "revoked");
  const wrong: string[] = [];
  for (const { row, where, actor, expected, name } of cells()) {
    if (row.signal) continue;
    const place = await prepare(house, { where, actor, given: row.given });
    const got = await overHttp(house, row, place);
    if (got !== expected) wrong.push(`${name}: ${expected}, got ${got}`);
  }
  assertEquals(wrong, []);
});

Deno.test("[S1] each actor may over the socket what the matrix says, and no more", async () => {
  await using house = await openHouse();
  const wrong: string[] = [];
  const sockets = new Map<string, SocketClient>();
  for (const actor of ACTORS) {
    if (actor === "anonymous" || actor === "revoked") continue;
    sockets.set(actor, await house.connect(actor));
  }
  for (const { row, where, actor, expected, name } of cells()) {
    const socket = sockets.get(actor);
    // Those two have none: the tests of handshakes and sign-outs below.
    if (socket === undefined) continue;
    const place = await prepare(house, { where, actor, given: row.given });
    const got = await overSocket(socket, row, place);
    if (got !== expected) wrong.push(`${name}: ${expected}, got ${got}`);
  }
  for (const socket of sockets.values()) await socket.close();
  assertEquals(wrong, []);
});

Deno.test("[S1] what the server keeps to itself is offered to nobody", async () => {
  await using house = await openHouse();
  await using socket = await house.connect("admin");
  for (const command of INTERNAL) {
    const { payload } = await socket.request({
      type: "COMMAND",
      payload: { command, input: {} },
    });
    assertEquals(payload.reason, "unknown_command", command);
  }
});
