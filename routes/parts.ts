/** What the routes are built from. Everything comes in; nothing here is made at import. */
import type { Hono } from "hono";
import type { Hub } from "../realtime/hub.ts";
import type { Log } from "../realtime/log/log.ts";
import type { OriginRule } from "../realtime/origin.ts";
import type { Logger } from "../realtime/logger.ts";
import type { Identify } from "./auth_identify.ts";
import type { SignIns } from "./auth_sign_ins.ts";
import type { Tickets } from "./auth_tickets.ts";
import type { Env } from "./env.ts";
import type { Route } from "./api/operation.ts";
import type { RuleEvaluationParts } from "./api/rule_evaluations.ts";
import type { DecisionCalls } from "./workers/decision_calls.ts";

/** The hub as far as HTTP uses it, so that tests can hand in a small one. */
export type HubPart = Pick<
  Hub,
  | "connection"
  | "connections"
  | "disconnect"
  | "disconnectUser"
  | "draining"
  | "history"
  | "presence"
  | "publish"
  | "sendDirect"
  | "stats"
  | "subscribe"
  | "unsubscribe"
>;

export interface Parts {
  readonly hub: HubPart;
  readonly log: Pick<Log, "writable">;
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
  readonly decisionCalls?: Pick<DecisionCalls, "run">;
  readonly pages?: Hono<Env>;
  /** A logger of one category: `http`, `auth`. */
  readonly logger: (category: string) => Logger;
}
