/** Decisions on a real server: a drag is told and not kept, blind scores leak through no surface. */
import { assert, assertEquals } from "@std/assert";
import { SocketClient } from "../support/socket_client.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { signInVoters } from "../support/voters.ts";

const CHANNEL = "decisions";
/** Seen nowhere else, also not as part of another figure. */
const CANARY = 123456.7182818;

async function openDecision(server: TestServer, more: object) {
  await server.call("POST", "/api/v1/decisions", {
    id: "vendors",
    title: "Which vendor?",
    alternatives: [{ id: "a", label: "Alpha" }, { id: "b", label: "Beta" }],
    criteria: [
      { id: "cost", label: "Cost", direction: "cost", weight: 2 },
      { id: "risk", label: "Risk", direction: "benefit", weight: 1 },
    ],
    ...more,
  }, 201);
}

/** Two who read the channel, and their sockets. */
async function readers(server: TestServer) {
  const [ana, ben] = await signInVoters(server, {
    prefix: "Reader",
    voters: 2,
    sockets: 2,
  });
  const sockets: SocketClient[] = [];
  for (const { client } of [ana, ben]) {
    assert(client !== undefined);
    await client.subscribe(CHANNEL);
    sockets.push(client);
  }
  return { ana, ben, sockets };
}

Deno.test("[D18] weights that one drags reach another's screen, and no log", async () => {
  await using server = await startServer();
  await openDecision(server, {});
  const { ana, sockets: [own, other] } = await readers(server);
  await using _own = own;
  await using _other = other;
  const drag = (weights: object) =>
    own.request({
      type: "COMMAND",
      payload: {
        command: "drag_weights",
        input: { decisionId: "vendors", weights },
      },
    });
  const { type, payload } = await drag({ cost: 7 });
  assertEquals([type, payload.positions?.[0].offset], ["ACK", 1]);
  const told = await other.waitFor(
    "the weights that are dragged",
    (each) => each.payload.event === "weights_dragged",
  );
  assertEquals(told.offset, undefined);
  const { key, decisionId, weights, userId } = told.payload;
  assertEquals(
    [key, decisionId, weights, userId],
    ["weights:vendors", "vendors", { cost: 7 }, ana.userId],
  );
  for (const wrong of [{ time: 1 }, { cost: 0, risk: 0 }]) {
    const refused = await drag(wrong);
    assertEquals(
      [refused.type, refused.payload.reason],
      ["ERROR", "decision_invalid"],
    );
  }
  const { decision, position } = await server.call(
    "GET",
    "/api/v1/decisions/vendors",
  );
  assertEquals([decision.criteria[0].weight, position.offset], [2, 1]);
});

Deno.test("[D13] blind scores leak through no surface before the reveal", async () => {
  await using server = await startServer();
  await openDecision(server, { blind: true });
  const { ana, ben, sockets: [own, other] } = await readers(server);
  await using _own = own;
  await using _other = other;
  const scores = {
    a: { cost: CANARY, risk: 1 },
    b: { cost: 2, risk: CANARY + 1 },
  };
  const path = "/api/v1/decisions/vendors";
  const given = await ana.request(`${path}/scores`, { scores, messageId: "m" });
  assertEquals(given.status, 201);
  const answer = await given.text();
  await other.waitForOffset(CHANNEL, 2);
  const surfaces = [
    path,
    "/api/v1/decisions",
    `/api/v1/channels/${CHANNEL}/history`,
    "/api/v1/inbox",
    "/decisions",
    "/decisions/vendors",
    "/decisions/vendors/export.csv",
    "/inbox",
    "/",
  ];
  const seen = async () => {
    const texts: [string, string][] = [];
    for (const surface of surfaces) {
      const response = await ben.request(surface);
      texts.push([surface, await response.text()]);
      assertEquals(response.status, 200, surface);
    }
    await other.settle();
    return [...texts, ["socket", JSON.stringify(other.received)] as const];
  };
  for (const [where, text] of [...await seen(), ["answer", answer]]) {
    assert(!text.includes("123456"), `${where} tells the score`);
    assert(!text.includes("123457"), `${where} tells the score`);
  }
  const { decision } = await (await ana.request(path)).json();
  assertEquals(decision.mine, scores);
  const sealed = "/api/v1/channels/sealed:decision.vendors/history";
  const kept = await ben.request(sealed);
  assertEquals(kept.status, 404);
  await kept.body?.cancel();
  await server.call("POST", `${path}/reveal`, {}, 200);
  await other.waitForOffset(CHANNEL, 3);
  const open = (await seen()).filter(([, text]) => text.includes("123456"))
    .map(([where]) => where);
  assertEquals(open.includes(path), true);
  assertEquals(open.includes("socket"), true);
  assertEquals(open.includes("/decisions/vendors/export.csv"), true);
});
