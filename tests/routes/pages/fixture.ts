/** The pages over a log in memory, the true commands and the true hub; visitors with forms. */
import { hasRole } from "../../../domain/access.ts";
import type { RoleName } from "../../../domain/decider.ts";
import { pollCommands } from "../../../domain/consensus/polls/commands.ts";
import { decisionCommands } from "../../../domain/decisions/live/decision_commands.ts";
import { runAnalysis } from "../../../domain/decisions/live/recorded_analysis.ts";
import { alertCommands } from "../../../domain/alerts/alert_commands.ts";
import { keepingCommands } from "../../../domain/audit/keeping_commands.ts";
import { savedViewCommands } from "../../../domain/alerts/saved_view_commands.ts";
import { inboxCommands } from "../../../domain/inbox/commands.ts";
import { createJobCommands } from "../../../domain/jobs/job_commands.ts";
import { createLearningCommands } from "../../../domain/learning/learning_commands.ts";
import { createRunEvaluation } from "../../../domain/rules/book/recorded_evaluation.ts";
import { createRuleCommands } from "../../../domain/rules/book/rule_commands.ts";
import {
  sessionCommands,
  sessions,
} from "../../../domain/sessions/commands.ts";
import { SESSION_SUBJECT } from "../../../domain/sessions/view.ts";
import { Commands } from "../../../realtime/commands.ts";
import { Hub } from "../../../realtime/hub.ts";
import { DEFAULT_LIMITS } from "../../../realtime/hub_options.ts";
import type { Log } from "../../../realtime/log/log.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { Disconnects } from "../../../routes/ops/disconnects.ts";
import { aloneReach } from "../../support/reach.ts";
import { createAccess } from "../../../routes/access.ts";
import { AlertBoard } from "../../../routes/alert_board.ts";
import type { CacheParts } from "../../../routes/api/cache.ts";
import type { OpsParts } from "../../../routes/ops/ops_parts.ts";
import { createApp } from "../../../routes/app.ts";
import { createIdentify } from "../../../routes/auth_identify.ts";
import { AuditChecks } from "../../../routes/audit_checks.ts";
import { SignIns } from "../../../routes/auth_sign_ins.ts";
import { Tickets } from "../../../routes/auth_tickets.ts";
import { Backtests } from "../../../routes/backtests.ts";
import { JobBoard } from "../../../routes/jobs/job_board.ts";
import { JobDesk } from "../../../routes/jobs/job_desk.ts";
import { DiskJobFiles } from "../../../routes/jobs/disk_job_files.ts";
import { createJobParts, JOB_KINDS } from "../../../routes/jobs/job_parts.ts";
import { LearningReading } from "../../../routes/learning_reading.ts";
import type { AuditPageParts } from "../../../routes/pages/audit.tsx";
import { pageRoutes } from "../../../routes/pages/pages.ts";
import { createRuleParts } from "../../../routes/rule_parts.ts";
import { inlinePool } from "../jobs/inline_pool.ts";

const ORIGIN = "http://localhost:8000";
const SECRET = "a secret for tests, of at least 32 bytes";
/** 2026-01-02T03:04:05.678Z */
export const START = 1_767_323_045_678;

export const MANIFEST = {
  boot: ["/static/built/boot-1.js", "/static/built/chunk-1.js"],
  stylesheet: "/static/built/app-1.css",
  islands: {
    ConnectionStatus: ["/static/built/status-1.js", "/static/built/chunk-1.js"],
    SessionRoom: ["/static/built/room-1.js", "/static/built/chunk-1.js"],
  },
};

export interface Visitor {
  get(path: string): Promise<Answer>;
  /** Sends a form as a browser does. */
  post(path: string, fields: Record<string, string>): Promise<Answer>;
  /** Sends a form with files as a browser does. */
  send(path: string, form: FormData): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly html: string;
}

export type PagesFixture = ReturnType<typeof pagesFixture>;

export function pagesFixture(
  options: {
    readonly live?: boolean;
    readonly development?: boolean;
    readonly wrapLog?: (log: Log) => Log;
    readonly now?: () => number;
    /** Reads the log for audits; without it there is no page of them. */
    readonly audit?: AuditPageParts["reading"];
    /** Without it there is no page of the cache. */
    readonly cache?: CacheParts;
    /** Without them `/ops` only leads to other pages. */
    readonly ops?: OpsParts;
    readonly retention?: AuditPageParts["retention"];
    readonly isUnsafe?: () => boolean;
  } = {},
) {
  const now = options.now ?? (() => START);
  const memory = createMemoryLog({ now });
  const log = options.wrapLog?.(memory) ?? memory;
  const { area, declarations } = createRuleCommands({ fourEyes: true });
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...pollCommands,
      ...decisionCommands,
      runAnalysis,
      ...declarations,
      createRunEvaluation(area),
      ...alertCommands,
      ...savedViewCommands,
      ...createLearningCommands({ fourEyes: true, rules: area }).declarations,
      ...inboxCommands,
      ...createJobCommands(JOB_KINDS),
      ...keepingCommands,
    ],
    authorize: hasRole,
    clock: now,
  });
  const hub = new Hub({
    log,
    access: createAccess(async (channel) => {
      const { state } = await commands.state(
        sessions,
        channel,
        SESSION_SUBJECT,
      );
      return state.status === "none" ? undefined : state;
    }),
    limits: DEFAULT_LIMITS,
    node: "test",
    userChannel: (userId) => `user:${userId}`,
  });
  const ended = Promise.withResolvers<void>();
  const stopFeed = log.feed((entries) => {
    for (const { bodyText } of entries) {
      if (bodyText?.includes('"event":"job_done"')) ended.resolve();
    }
  });
  const rules = createRuleParts({ log, area, fourEyes: true });
  const board = new JobBoard(log, { now });
  const desk = new JobDesk({ commands, log, board });
  const jobs = createJobParts({
    log,
    commands,
    hub,
    audit: { export: () => Promise.reject(new Error("not in these tests")) },
    board,
    desk,
    book: rules.book,
    area,
    files: new DiskJobFiles("/nowhere"),
    logger: SILENT,
    // In this thread: tests/routes/jobs/job_pool_test.ts has them in threads.
    pool: inlinePool(),
  });
  jobs.engine.start();
  const backtests = new Backtests({
    desk,
    reading: jobs.reading,
    commands,
    area,
  });
  const alerts = new AlertBoard(log);
  const reading = new LearningReading(log);
  const { audit, retention } = options;
  const signIns = new SignIns({ log, secret: SECRET, now });
  const tickets = new Tickets({ now });
  const identify = createIdentify({
    signIns,
    tickets,
    apiToken: undefined,
    trustProxy: false,
  });
  const logger = () => SILENT;
  const faults: unknown[] = [];
  let ids = 0;
  const reach = aloneReach(hub);
  const app = createApp({
    hub,
    log,
    reach,
    disconnects: new Disconnects({ reach, log, logger: SILENT }),
    signIns,
    tickets,
    identify,
    origin: { allowed: [], ports: [8000], trustProxy: false },
    version: "1.2.3",
    routes: [],
    logger,
    pages: pageRoutes({
      commands,
      hub,
      log,
      auth: { hub, signIns, logger },
      rules: { ...rules, backtests },
      jobs,
      alerts,
      learning: { reading, fourEyes: true },
      cache: options.cache,
      ops: options.ops,
      audit: audit &&
        { reading: audit, checks: new AuditChecks(log), retention },
      manifest: MANIFEST,
      demo: true,
      live: options.live,
      development: options.development,
      isUnsafe: options.isUnsafe,
      now,
      newId: () => `form-${++ids}`,
      onFault: (error) => faults.push(error),
    }),
  });

  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await app.fetch(new Request(new URL(path, ORIGIN), init));
    return {
      status: response.status,
      location: response.headers.get("location"),
      headers: response.headers,
      html: await response.text(),
    };
  };
  const visitor = (cookie?: string, more = ""): Visitor => {
    const headers = {
      accept: "text/html",
      "sec-fetch-site": "same-origin",
      ...(cookie === undefined ? {} : { cookie: `regulens=${cookie}${more}` }),
    };
    return {
      get: (path) => send(path, { headers }),
      post: (path, fields) =>
        send(path, {
          method: "POST",
          headers,
          body: new URLSearchParams(fields),
        }),
      send: (path, form) => send(path, { method: "POST", headers, body: form }),
    };
  };

  return {
    commands,
    hub,
    faults,
    stranger: visitor(),
    /** A demo visitor who has signed in. */
    enter: (name: string, role: RoleName = "member", cookies = "") =>
      visitor(signIns.open({ name, role }).cookie, cookies && `; ${cookies}`),
    /** Resolves when the first job is done. */
    jobEnd: () => ended.promise,
    [Symbol.dispose]: () => {
      // What it waits for is ended by then: tests await the jobs they submit.
      void jobs.close();
      board.close();
      stopFeed();
      rules.close();
      alerts.close();
      reading.close();
      hub.stop();
      commands.close();
    },
  };
}

/** Opens a session through the form and gives its path. */
export async function openSession(
  visitor: Visitor,
  fields: Record<string, string> = {},
): Promise<string> {
  const { location } = await visitor.post("/sessions", {
    title: "Onboard the vendor?",
    ...fields,
  });
  if (!location) throw new Error("the session was not opened");
  return location;
}

/** The state a page carries for an island. */
export function stateIn(html: string) {
  const text = html.match(
    /<script id="state-SessionRoom"[^>]*>(.*?)<\/script>/s,
  )?.[1];
  return text === undefined ? undefined : JSON.parse(text);
}

/** What a reader would see: the text without tags, entities turned back. */
export function textOf(html: string): string {
  const body = html.slice(html.indexOf("<body>"));
  return body.replace(/<script.*?<\/script>/gs, "").replace(/<[^>]+>/g, " ")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&").replace(/\s+/g, " ");
}
