/**
 * Questions over the bus: asked of one peer or of all, answered by whoever lives.
 *
 * - **N7** A question ends when every peer that was asked answered, said that it has nothing
 *   to say, or is a peer no more; and at the latest when its time is up. It never fails.
 */
import type { Json } from "../json.ts";
import { type Logger, SILENT } from "../logger.ts";
import { type After, systemAfter } from "../timer.ts";
import type { Bus } from "./bus.ts";

/** How long an answer is waited for, in ms. */
export const ASK_TIMEOUT_MS = 1_000;

export interface Answer {
  readonly from: string;
  readonly body: Json;
}

export interface AskOptions {
  /** The one to ask. @default every peer */
  readonly to?: string;
  /** @default {@linkcode ASK_TIMEOUT_MS} */
  readonly timeoutMs?: number;
  /** Resolves as soon as an answer satisfies it. @default waits for everybody */
  readonly until?: (answer: Answer) => boolean;
  /** @default the system's */
  readonly after?: After;
}

/**
 * Asks, and resolves with what was answered once everybody answered, died, or the time was
 * up: then some are missing, and only the caller knows whether that matters. Nobody to ask:
 * it resolves with none. Never rejects.
 */
export function ask(
  bus: Bus,
  subject: string,
  body: Json,
  { to, timeoutMs = ASK_TIMEOUT_MS, until, after = systemAfter }: AskOptions =
    {},
): Promise<readonly Answer[]> {
  const peers = bus.peers();
  const awaited = new Set(
    to === undefined ? peers : [to].filter(isPeerOf(peers)),
  );
  if (awaited.size === 0) return Promise.resolve([]);
  const ref = crypto.randomUUID();
  const answers: Answer[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly Answer[]>();
  const stops = [
    bus.subscribe(answerSubject(subject), (told, from) => {
      const reply = replyOf(told, ref);
      if (reply === undefined || !awaited.delete(from)) return;
      if (reply.body === undefined) return settle();
      const answer = { from, body: reply.body };
      answers.push(answer);
      settle(until?.(answer));
    }),
    bus.onPeers((now) => {
      for (const peer of awaited) if (!now.includes(peer)) awaited.delete(peer);
      settle();
    }),
    after(timeoutMs, () => settle(true)),
  ];
  const settle = (isOver = awaited.size === 0) => {
    if (!isOver && awaited.size > 0) return;
    for (const stop of stops) stop();
    resolve(answers);
  };
  bus.publish(subject, { ref, body }, to === undefined ? {} : { to });
  return promise;
}

/**
 * Answers what peers ask under this subject; one handler a subject. Returns the stop.
 *
 * @param handler Undefined means there is nothing to say: the peer waits no longer. One that
 * fails is logged and counts as that.
 */
export function answer(
  bus: Bus,
  subject: string,
  handler: (
    body: Json,
    from: string,
  ) => Json | undefined | Promise<Json | undefined>,
  { logger = SILENT }: { readonly logger?: Logger } = {},
): () => void {
  return bus.subscribe(subject, async (asked, from) => {
    if (!isObject(asked) || typeof asked.ref !== "string") return;
    const { ref, body = null } = asked;
    const said = await attempt(
      () => handler(body, from),
      (error) => logger.error("cannot answer a peer", { subject, from, error }),
    );
    const reply: Json = said === undefined ? { ref } : { ref, body: said };
    bus.publish(answerSubject(subject), reply, { to: from });
  });
}

async function attempt<T>(
  run: () => T | Promise<T>,
  failed: (error: unknown) => void,
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    failed(error);
    return undefined;
  }
}

function answerSubject(subject: string): string {
  return `${subject}.answer`;
}

function replyOf(told: Json, ref: string): { body?: Json } | undefined {
  return isObject(told) && told.ref === ref ? told : undefined;
}

function isPeerOf(peers: readonly string[]): (node: string) => boolean {
  return (node) => peers.includes(node);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
