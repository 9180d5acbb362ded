/** What the pages are built from: no more of the server than they use. */
import type { Commands } from "../../realtime/commands.ts";
import type { Hub } from "../../realtime/hub.ts";
import type { Log } from "../../realtime/log/log.ts";
import type { AlertBoard } from "../alert_board.ts";
import type { AccountParts } from "../accounts/account_parts.ts";
import type { AuthParts } from "../auth.ts";
import type { Manifest } from "../../islands/manifest.ts";
import type { CacheParts } from "../api/cache.ts";
import type { OpsParts } from "../ops/ops_parts.ts";
import type { JobParts } from "../jobs/job_parts.ts";
import type { RuleParts } from "../rule_parts.ts";
import type { AuditPageParts } from "./audit.tsx";
import type { OfferedDemo } from "./DemoOffer.tsx";
import type { LearningPageParts } from "./learning.tsx";
import type { DecisionResults } from "../decision_results.ts";

/** What the pages of jobs read, and where their forms go. */
export type JobPageParts = Pick<
  JobParts,
  "reading" | "board" | "desk" | "engine" | "pool"
>;

export interface PageParts {
  readonly commands: Pick<Commands, "execute" | "state">;
  readonly hub: Pick<Hub, "presence">;
  readonly log: Pick<Log, "head" | "query" | "read" | "readSubject">;
  readonly auth: AuthParts;
  /** Without them anybody signs in under any name, as in the demo. */
  readonly accounts?: AccountParts;
  /** Without them there are no pages of rules. */
  readonly rules?: RuleParts;
  /** Without it there is no page of alerts. */
  readonly alerts?: AlertBoard;
  /** Without it there is no page of learning. */
  readonly learning?: LearningPageParts;
  /** Without it there is no page of the audit trail. */
  readonly audit?: AuditPageParts;
  /** Without it nothing offers to load the demo. */
  readonly demoCase?: OfferedDemo;
  /** Without them there is no page of jobs. */
  readonly jobs?: JobPageParts;
  /** Without it there is no page of the cache. */
  readonly cache?: CacheParts;
  /** Without them `/ops` only leads to other pages. */
  readonly ops?: OpsParts;
  /** @default workers of its own, that start as somebody asks */
  readonly decisions?: Pick<DecisionResults, "of">;
  readonly manifest: Manifest;
  /** Anyone can sign in under any name: every page says so. */
  readonly demo: boolean;
  /** Adds pages and a bar for those who build this; elsewhere they do not exist. @default false */
  readonly development?: boolean;
  /** What is confirmed may still be lost: every page says so. @default false */
  readonly isUnsafe?: () => boolean;
  /** In which sessions a simulated participant is, so that the development bar says so. */
  readonly simulated?: { has(sessionId: string): boolean };
  /** False when the socket is switched off: pages then ship no scripts. @default true */
  readonly live?: boolean;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** Fresh ids for forms. @default a random UUID */
  readonly newId?: () => string;
  /** Hears of faults that a page has answered with an error page. */
  readonly onFault?: (error: unknown, path: string) => void;
}
