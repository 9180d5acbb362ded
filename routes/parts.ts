/** What the routes are built from. Everything comes in; nothing here is made at import. */
import type { Hono } from "hono";
import type { Hub } from "../realtime/hub.ts";
import type { Log } from "../realtime/log/log.ts";
import type { Reach } from "../realtime/nodes/reach.ts";
import type { OriginRule } from "../realtime/origin.ts";
import type { Logger } from "../realtime/logger.ts";
import type { AccountParts } from "./accounts/account_parts.ts";
import type { Identify } from "./auth_identify.ts";
import type { SignIns } from "./auth_sign_ins.ts";
import type { Tickets } from "./auth_tickets.ts";
import type { CaughtUp } from "./caught_up.ts";
import type { Env } from "./env.ts";
import type { JsonObject } from "./api/json_schema.ts";
import type { Route } from "./api/operation.ts";
import type { RuleEvaluationParts } from "./api/rule_evaluations.ts";
import type { HttpFigures } from "./metrics/http_figures.ts";
import type { DecisionResults } from "./decision_results.ts";
import type { Disconnects } from "./ops/disconnects.ts";
import type { RateLimit } from "./rate_limit.ts";

/** The hub as far as HTTP uses it, so that tests can hand in a small one. */
export type HubPart = Pick<
  Hub,
  | "disconnectUser"
  | "draining"
  | "history"
  | "presence"
  | "publish"
  | "sendDirect"
>;

export interface Parts {
  readonly hub: HubPart;
  readonly log: Pick<Log, "writable">;
  /** Connections wherever they are held. */
  readonly reach: Pick<
    Reach,
    "connection" | "list" | "nodes" | "subscribe" | "unsubscribe"
  >;
  readonly disconnects: Pick<Disconnects, "one" | "user">;
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly identify: Identify;
  readonly origin: OriginRule;
  /** Version of the program, from deno.json. */
  readonly version: string;
  /** Routes that come from the domain: commands, lists, single subjects. */
  readonly routes: readonly Route[];
  /** @default no rules are kept, none are counted */
  readonly ruleEvaluation?: RuleEvaluationParts;
  /** @default workers of its own, that start as somebody asks */
  readonly decisions?: Pick<DecisionResults, "of">;
  /** The AsyncAPI document; without it the socket is not described here. */
  readonly asyncApi?: JsonObject;
  /** Counts what is answered. */
  readonly figures?: Pick<HttpFigures, "count">;
  /** @default requests that change something come as fast as they like */
  readonly rateLimit?: RateLimit;
  /** @default there is no other node that could be ahead */
  readonly caughtUp?: Pick<CaughtUp, "middleware">;
  readonly pages?: Hono<Env>;
  /** @default none: anybody signs in under any name, as in the demo */
  readonly accounts?: AccountParts;
  /** A logger of one category: `http`, `auth`. */
  readonly logger: (category: string) => Logger;
}
