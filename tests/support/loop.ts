/**
 * The loop that makes it a system: an alert comes in, a rule judges it, people analyse and
 * decide, the outcome teaches. Through public surfaces alone; every hop is seen on a socket.
 */
import { createHmac } from "node:crypto";
import type { Envelope, SocketClient } from "./socket_client.ts";
import type { TestServer } from "./server.ts";
import type { Voter } from "./voters.ts";

const KEY = new TextEncoder().encode("a key for tests, of 24 bytes or more");
/** Start the server with it: webhooks are signed with its key. */
export const LOOP_ENV: Readonly<Record<string, string>> = {
  REGULENS_WEBHOOK_SECRET: `whsec_${btoa(String.fromCharCode(...KEY))}`,
};

export const LOOP_RULE = {
  id: "large-cash",
  name: "Large cash payment",
  when: 'method == "cash" && amount > 10000',
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
};

export interface Hop {
  readonly name: string;
  /** From the request to the message on the other's socket. */
  readonly ms: number;
  readonly seen: Envelope;
}

export interface Loop {
  readonly sessionId: string;
  readonly hops: readonly Hop[];
}

/** Writes the rule and publishes it by another's eyes; once per server. */
export async function prepareLoop(
  server: TestServer,
  facilitator: Voter,
  watcher: SocketClient,
): Promise<void> {
  const made = await facilitator.request("/api/v1/rules", LOOP_RULE);
  await made.body?.cancel();
  await server.call("POST", `/api/v1/rules/${LOOP_RULE.id}/publish`, {});
  for (const channel of ["alerts", "learning"]) {
    await watcher.subscribe(channel);
  }
}

/**
 * Goes round once. Each hop waits until the watcher has seen the one before.
 *
 * @param voter Takes part in the session: votes, and says whether the rule was right.
 * @param options.n Tells this round's ids from others'.
 */
export async function runLoop(
  server: TestServer,
  { watcher, voter }: { readonly watcher: SocketClient; readonly voter: Voter },
  { n }: { readonly n: number },
): Promise<Loop> {
  const sessionId = `loop-${n}`;
  const channel = `session:${sessionId}`;
  const path = `/api/v1/sessions/${sessionId}`;
  // Of the whole house, as ids of polls are.
  const pollId = `hold-${n}`;
  const hops: Hop[] = [];
  const see = async (name: string, is: (message: Envelope) => boolean) => {
    const seen = await watcher.waitFor(name, is);
    return { seen, at: performance.now() };
  };
  const hop = async (
    name: string,
    act: () => Promise<unknown>,
    is: (message: Envelope) => boolean,
  ) => {
    const from = performance.now();
    const [{ seen, at }] = await Promise.all([see(name, is), act()]);
    hops.push({ name, ms: at - from, seen });
  };
  /** A publication of the session by its event's name, and by what it is about. */
  const event = (name: string) => (message: Envelope) =>
    message.channel === channel && message.payload.event === name;

  await hop(
    "alert",
    () => postWebhook(server, n),
    ({ channel, payload }) =>
      channel === "alerts" && payload.event === "alert_raised" &&
      payload.alertId === `loop-${n}`,
  );
  await server.call("POST", "/api/v1/sessions", {
    id: sessionId,
    title: `Payment ${n}`,
    open: true,
    participants: [{ userId: voter.userId, name: voter.userId }],
  }, 201);
  await watcher.subscribe(channel);
  await hop("evaluation", () =>
    server.call("POST", `${path}/evaluations`, {
      id: "judged",
      ruleIds: [LOOP_RULE.id],
      facts: { method: "cash", amount: 12_500 },
    }, 201), event("rules_evaluated"));
  await hop("analysis", () =>
    server.call("POST", `${path}/analyses`, {
      id: "weighed",
      method: "topsis",
      matrix: [[9, 2], [3, 8]],
      weights: [2, 1],
      directions: ["benefit", "cost"],
    }, 201), event("analysis_recorded"));
  await hop("poll", () =>
    server.call("POST", `${path}/polls`, {
      id: pollId,
      question: "Hold the payment?",
      method: "proposal",
    }, 201), event("consensus_initiated"));
  await hop("ballot", () =>
    voter.overHttp({
      sessionId,
      pollId,
      messageId: `ballot-${n}`,
      said: { choice: "agree" },
    }), event("vote_cast"));
  await hop(
    "outcome",
    () => server.call("POST", `${path}/polls/${pollId}/close`, {}, 200),
    event("consensus_result"),
  );
  const labels = labelsTold(watcher);
  const from = performance.now();
  const trust = see(
    "trust",
    ({ channel, payload }) =>
      channel === "learning" && payload.event === "trust_updated" &&
      Number(payload.labels) > labels,
  );
  await hop("feedback", async () => {
    const response = await voter.request("/api/v1/feedback", {
      subject: { kind: "rule", id: LOOP_RULE.id, evaluationId: "judged" },
      outcome: "correct",
      sessionId,
    });
    await response.body?.cancel();
  }, event("feedback_given"));
  const { seen, at } = await trust;
  hops.push({ name: "trust", ms: at - from, seen });
  return { sessionId, hops };
}

function labelsTold({ received }: SocketClient): number {
  const told = received.findLast(({ payload }) =>
    payload.event === "trust_updated"
  );
  return Number(told?.payload.labels ?? 0);
}

/** A message as Standard Webhooks signs it. */
async function postWebhook(server: TestServer, n: number): Promise<void> {
  const body = JSON.stringify({
    id: `loop-${n}`,
    severity: "high",
    title: `Payment ${n} looks odd`,
  });
  const id = `hook-${n}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", KEY)
    .update(`${id}.${timestamp}.${body}`).digest("base64");
  const response = await server.fetch("/api/v1/alerts/webhook", {
    token: null,
    method: "POST",
    body,
    headers: {
      "Content-Type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${signature}`,
    },
  });
  const text = await response.text();
  if (response.status !== 201) {
    throw new Error(`The webhook answered ${response.status}: ${text}`);
  }
}
