/**
 * Connections wherever they are held: what is asked of one is done here if it is ours, and
 * else by the node that holds it.
 *
 * - **R1** What one node is asked to do to a connection or a user happens on every node that
 *   has to, within a second.
 * - **R2** A connection is not found once every living node has said so. While one of them is
 *   silent nobody knows: `unavailable`.
 * - **R3** Lists and counts tell which nodes did not answer.
 */
import type * as z from "zod";
import type { ConnectionQuery, FoundConnection } from "../connection_search.ts";
import type { ConnectionView } from "../connections.ts";
import type { Json } from "../json.ts";
import { type Logger, SILENT } from "../logger.ts";
import { refused } from "../publisher.ts";
import { RealtimeError } from "../realtime_error.ts";
import type { After } from "../timer.ts";
import { answer, ask, ASK_TIMEOUT_MS } from "./ask.ts";
import type { Bus } from "./bus.ts";
import { NodeFigures } from "./node_figures.ts";
import { answerReach, type ReachAnswers } from "./reach_answers.ts";
import { listPart, mergeFound, mergeLists } from "./reach_lists.ts";
import {
  EndAnswer,
  EndUserAnswer,
  FoundAnswer,
  ListAnswer,
  type Question,
  REACH_SUBJECT,
  SearchAnswer,
  SubscribeAnswer,
  UnsubscribeAnswer,
} from "./reach_messages.ts";

/** As deep as a search over several nodes goes: whoever looks for one asks more narrowly. */
export const MAX_SEARCH_DEPTH = 500;

/** The nodes that live and did not answer in time. */
export type Silent = readonly string[];

/** Where a connection is held. */
export interface Held {
  readonly node: string;
}

/** One page of connections that fit, wherever they are held. */
export interface FoundOnNodes {
  /** How many fit, on all nodes that answered. */
  readonly found: number;
  /** How many of them any page can show. */
  readonly reachable: number;
  readonly items: readonly (FoundConnection & Held)[];
  readonly silent: Silent;
}

/** How the nodes do, the others by name. */
export interface NodesTold {
  readonly nodes: readonly [NodeFigures, ...NodeFigures[]];
  readonly silent: Silent;
}

export interface ReachOptions {
  readonly hub: ReachAnswers["hub"];
  readonly bus: Bus;
  /** What is told of this node. */
  readonly figures: () => NodeFigures;
  /** @default silent */
  readonly logger?: Logger;
  /** @default the system's */
  readonly after?: After;
}

export class Reach {
  readonly #options: ReachOptions;
  readonly #hub: ReachAnswers["hub"];
  readonly #stop: () => void;
  #told: Promise<NodesTold> | undefined;

  constructor(options: ReachOptions) {
    const { hub, bus, figures, logger = SILENT } = options;
    this.#options = options;
    this.#hub = hub;
    this.#stop = answer(
      bus,
      REACH_SUBJECT,
      (question) => answerReach(question, { hub, figures }),
      { logger },
    );
  }

  /** Answers no more. */
  close(): void {
    this.#stop();
  }

  /** One connection, with its node. @throws {RealtimeError} `unavailable` (R2) */
  async connection(
    connectionId: string,
  ): Promise<ConnectionView & Held | undefined> {
    const { bus: { node } } = this.#options;
    const view = this.#hub.connection(connectionId);
    if (view !== undefined) return { ...view, node };
    const found = await this.#find(
      { do: "find", connectionId },
      FoundAnswer,
      ({ view }) => view !== null,
    );
    return found?.said.view
      ? { ...found.said.view, node: found.node }
      : undefined;
  }

  /** False when nobody holds it. @throws {RealtimeError} `unavailable` (R2) */
  async disconnect(connectionId: string, code: number): Promise<boolean> {
    if (this.#hub.disconnect(connectionId, code)) return true;
    const found = await this.#find(
      { do: "end", connectionId, code },
      EndAnswer,
      ({ held }) => held,
    );
    return found !== undefined;
  }

  /** Closes all connections of a user, on all nodes. */
  async disconnectUser(
    userId: string,
    code: number,
    options: { readonly signInId?: string } = {},
  ): Promise<{ readonly closed: number; readonly silent: Silent }> {
    const here = this.#hub.disconnectUser(userId, code, options);
    const { signInId = null } = options;
    const question = { do: "end_user", userId, code, signInId } as const;
    const { answers, silent } = await this.#ask(question, EndUserAnswer);
    const closed = answers.reduce((sum, { said }) => sum + said.closed, here);
    return { closed, silent };
  }

  /**
   * Subscribes a connection on the server's decision; its user must be allowed to read.
   *
   * @throws {RealtimeError}
   */
  async subscribe(
    connectionId: string,
    channel: string,
  ): Promise<{ readonly epoch: string; readonly offset: number }> {
    if (this.#hub.connection(connectionId) !== undefined) {
      return await this.#hub.subscribe(connectionId, channel);
    }
    const found = await this.#find(
      { do: "subscribe", connectionId, channel },
      SubscribeAnswer,
      ({ held }) => held,
    );
    const { position = null, refused: no = null } = found?.said ?? {};
    if (no !== null) throw new RealtimeError(no.code, no.message);
    if (position === null) throw refused("not_found");
    return position;
  }

  /** False when it has no such subscription. @throws {RealtimeError} */
  async unsubscribe(connectionId: string, channel: string): Promise<boolean> {
    if (this.#hub.connection(connectionId) !== undefined) {
      return this.#hub.unsubscribe(connectionId, channel);
    }
    const found = await this.#find(
      { do: "unsubscribe", connectionId, channel },
      UnsubscribeAnswer,
      ({ held }) => held,
    );
    if (found === undefined) throw refused("not_found");
    return found.said.was;
  }

  /** A page of all connections, by their ids, which are the cursors. */
  async list(
    { limit, cursor }: {
      readonly limit: number;
      readonly cursor?: string | undefined;
    },
  ): Promise<{
    readonly items: readonly (ConnectionView & Held)[];
    readonly nextCursor: string | null;
    readonly silent: Silent;
  }> {
    const { bus: { node } } = this.#options;
    const asked = { limit, cursor: cursor ?? null };
    const question = { do: "list", ...asked } as const;
    const { answers, silent } = await this.#ask(question, ListAnswer);
    const here = { node, said: listPart(this.#hub.connections(), asked) };
    const parts = [here, ...answers].map(({ node, said }) => ({
      ...said,
      views: said.views.map((view) => ({ ...view, node })),
    }));
    return { ...mergeLists(parts, limit), silent };
  }

  /**
   * One page of the connections that fit, sorted. Over several nodes only the first
   * {@linkcode MAX_SEARCH_DEPTH} can be seen; `found` counts all.
   */
  async search(query: ConnectionQuery): Promise<FoundOnNodes> {
    const { bus } = this.#options;
    const { text, state = null, order, from, limit } = query;
    if (bus.peers().length === 0) {
      const { found, items } = this.#hub.search(query);
      const { node } = bus;
      const held = items.map((one) => ({ ...one, node }));
      return { found, reachable: found, items: held, silent: [] };
    }
    const depth = Math.min(from + limit, MAX_SEARCH_DEPTH);
    const question = {
      do: "search",
      text,
      state,
      order,
      limit: depth,
    } as const;
    const { answers, silent } = await this.#ask(question, SearchAnswer);
    const here = this.#hub.search({ ...query, from: 0, limit: depth });
    const parts = [{ node: bus.node, said: here }, ...answers];
    const items = mergeFound(
      parts.map(({ node, said }) =>
        said.items.map((one) => ({ ...one, node }))
      ),
      order,
    );
    const found = parts.reduce((sum, { said }) => sum + said.found, 0);
    return {
      found,
      reachable: Math.min(found, MAX_SEARCH_DEPTH),
      items: items.slice(from, Math.min(from + limit, MAX_SEARCH_DEPTH)),
      silent,
    };
  }

  /** Every node that answers, this one first. Who asks meanwhile waits for the same answers. */
  nodes(): Promise<NodesTold> {
    return this.#told ??= this.#askNodes().finally(() =>
      this.#told = undefined
    );
  }

  async #askNodes(): Promise<NodesTold> {
    const question = { do: "figures" } as const;
    const { answers, silent } = await this.#ask(question, NodeFigures);
    const others = answers.map(({ said }) => said)
      .sort((a, b) => a.node < b.node ? -1 : 1);
    return { nodes: [this.#options.figures(), ...others], silent };
  }

  /** The one node that has it. @throws {RealtimeError} `unavailable` when some were silent (R2) */
  async #find<Said>(
    question: Question,
    schema: z.ZodType<Said>,
    isIt: (said: Said) => boolean,
  ): Promise<{ readonly node: string; readonly said: Said } | undefined> {
    const { answers, silent } = await this.#ask(question, schema, isIt);
    const found = answers.find(({ said }) => isIt(said));
    if (found === undefined && silent.length > 0) throw unanswered(silent);
    return found;
  }

  async #ask<Said>(
    question: Question,
    schema: z.ZodType<Said>,
    until?: (said: Said) => boolean,
  ): Promise<{
    readonly answers: readonly { readonly node: string; readonly said: Said }[];
    readonly silent: Silent;
  }> {
    const { bus, after } = this.#options;
    const before = bus.peers();
    const read = ({ from, body }: { from: string; body: Json }) => {
      // A node of another version may say something else: as if it had said nothing.
      const said = schema.safeParse(body);
      return said.success ? [{ node: from, said: said.data }] : [];
    };
    const told = await ask(bus, REACH_SUBJECT, question, {
      ...until && { until: (one) => read(one).some(({ said }) => until(said)) },
      ...after && { after },
    });
    const answers = told.flatMap(read);
    const heard = new Set(answers.map(({ node }) => node));
    const living = bus.peers();
    const silent = before.filter((node) =>
      living.includes(node) && !heard.has(node)
    );
    return { answers, silent };
  }
}

function unanswered(silent: Silent): RealtimeError {
  return new RealtimeError(
    "unavailable",
    `Cannot tell: no answer from ${silent.join(", ")}`,
    { retryAfterMs: ASK_TIMEOUT_MS },
  );
}
