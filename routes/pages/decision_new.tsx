/** Opening a decision: from a template, from a table, or from nothing. Plain forms do all of it. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import {
  type DecisionTable,
  MAX_CSV_LENGTH,
  readCsv,
} from "../../domain/decisions/live/csv.ts";
import { templateOf } from "../../domain/decisions/live/templates.ts";
import { leads } from "../../domain/sessions/decide.ts";
import type { Session } from "../../domain/sessions/session.ts";
import {
  type Fitting,
  fittingWeights,
} from "../../domain/learning/learned_weights.ts";
import { count } from "../../islands/format.ts";
import { isRecord } from "../../realtime/client/wire.ts";
import type { Json } from "../../realtime/json.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import {
  type Draft,
  draftFrom,
  draftOf,
  emptyDraft,
  isUnnamed,
  namedCriteria,
  openingOf,
  withAlternative,
  withCriterion,
  withTable,
  withWeights,
  type Wrong,
} from "./decision_draft.ts";
import { seenSession } from "../session_sight.ts";
import { DecisionDraft } from "./DecisionDraft.tsx";
import { sendScores } from "./decision_new_scores.ts";
import { type Fields, messageIdOf, refusedBy } from "./form.ts";
import { percentText } from "./LearnedWeights.tsx";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

/** What is shown around a draft. */
interface Shown {
  readonly wrong?: Wrong;
  /** About the form as a whole. */
  readonly message?: string;
  /** A word about what was just done. */
  readonly done?: string;
  /** Where the cursor goes. */
  readonly focus?: string;
  readonly status?: 400 | 403 | 404 | 409 | 422 | 429 | 503;
  /** Of the form that was sent, to be sent again. */
  readonly messageId?: string;
}

/** Mount it before what takes every word behind `/decisions/` for an id. */
export function decisionNewPage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/decisions/new", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const sessionId = c.req.query("sessionId") ?? "";
    const template = templateOf(c.req.query("template") ?? "");
    const draft = template
      ? draftOf(template, sessionId)
      : emptyDraft(sessionId);
    return await show(c, parts, user, draft);
  });
  app.post("/decisions/new", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const fields = await readFieldsAndFile(c);
    const draft = draftFrom(fields);
    const messageId = messageIdOf(fields);
    // A table and no names: what it says is wanted, whatever was pressed.
    const isUnread = draft.csv.trim() !== "" && isUnnamed(draft);
    const again = (next: Draft, shown: Shown = {}) =>
      show(c, parts, user, next, { messageId, ...shown });
    switch (isUnread ? "read" : fields.do) {
      case "add-alternative":
        return await again(withAlternative(draft), {
          focus: `alternative.${draft.alternatives.length}`,
        });
      case "add-criterion":
        return await again(withCriterion(draft), {
          focus: `criterion.${draft.criteria.length}.label`,
        });
      case "learned": {
        const fitting = await fittingOf(parts, draft);
        if (!fitting) {
          return await again(draft, {
            message: "No accepted weights have these criteria, by name.",
            status: 409,
          });
        }
        const weights = fitting.weights.map(percentText);
        return await again(withWeights(draft, weights), {
          done:
            "These are the learned weights, in percent. Change what you do not agree with.",
        });
      }
      case "read": {
        const { table, wrong } = tableIn(draft.csv);
        if (!table) return await again(draft, { wrong, status: 422 });
        return await again(withTable(draft, table), { done: readWords(table) });
      }
      default:
        return await open(c, parts, user, { draft, messageId, again });
    }
  });
  return app;
}

/** The accepted weights for the criteria that have a name. */
async function fittingOf(
  { learning }: PageParts,
  draft: Draft,
): Promise<Fitting | undefined> {
  const accepted = await learning?.reading.learnedWeights() ?? [];
  return fittingWeights(accepted, namedCriteria(draft));
}

async function open(
  c: AppContext,
  { commands }: PageParts,
  user: User,
  { draft, messageId, again }: {
    readonly draft: Draft;
    readonly messageId: string | undefined;
    readonly again: (draft: Draft, shown: Shown) => Promise<Response>;
  },
): Promise<Response> {
  const { input, wrong, controlOf } = openingOf(draft);
  const { table, wrong: unread } = draft.csv.trim() === ""
    ? { table: undefined, wrong: {} }
    : tableIn(draft.csv);
  const mistakes: Wrong = {
    ...(draft.title.trim() === "" && { title: "This cannot be empty" }),
    ...wrong,
    ...unread,
  };
  if (Object.keys(mistakes).length > 0) {
    return await again(draft, { wrong: mistakes, status: 422 });
  }
  try {
    const answer = await commands.execute("open_decision", input, {
      user,
      messageId,
    });
    const decisionId = openedId(answer.result);
    await sendScores(commands, user, { decisionId, input, table, messageId });
    return c.redirect(`/decisions/${decisionId}`, 303);
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    const { status, message, fields } = refused;
    const named = Object.entries(fields)
      .map(([path, text]) => [controlOf(path), text]);
    return await again(draft, {
      status,
      message,
      wrong: Object.fromEntries(named),
      // Sent before with other words: to be sent again it needs a name of its own.
      ...(status === 409 && { messageId: undefined }),
    });
  }
}

async function show(
  c: AppContext,
  parts: PageParts,
  user: User,
  draft: Draft,
  { status, messageId, ...shown }: Shown = {},
): Promise<Response> {
  const session = draft.sessionId === ""
    ? undefined
    : await seenSession(parts.commands, user, draft.sessionId);
  if (session === null) return await notFoundPage(c, parts, "session");
  const newId = parts.newId ?? (() => crypto.randomUUID());
  return await renderPage(c, parts, {
    title: "New decision",
    status,
    body: (
      <DecisionDraft
        draft={draft}
        session={session && { id: session.id, title: session.title }}
        refused={whyNot(user, session)}
        fitting={await fittingOf(parts, draft)}
        now={(parts.now ?? Date.now)()}
        zone={zoneOf(c)}
        messageId={messageId ?? `${newId()}.decision`}
        {...shown}
      />
    ),
  });
}

function whyNot(user: User, session: Session | undefined): string | undefined {
  if (session === undefined) {
    return hasRole(user, "member")
      ? undefined
      : "Members open decisions. Ask one, or sign in with that role in the demo.";
  }
  if (session.status === "closed") {
    return "This session is closed: nothing new is decided in it.";
  }
  return leads(session, user)
    ? undefined
    : "Facilitators of a session open its decisions. Ask one of them.";
}

function openedId(result: Json): string {
  const decision = isRecord(result) ? result.decision : undefined;
  const id = isRecord(decision) ? decision.id : undefined;
  return typeof id === "string" ? id : "";
}

/** A table, or its mistakes as they stand at the control. */
function tableIn(csv: string): { table?: DecisionTable; wrong: Wrong } {
  const found = readCsv(csv);
  if (found.state === "read") return { table: found.table, wrong: {} };
  const lines = found.mistakes.map(({ row, column, message }) =>
    `Row ${row}, column ${column}: ${message}.`
  );
  return { wrong: { csv: lines.join(" ") } };
}

function readWords({ alternatives, criteria, values }: DecisionTable): string {
  const given = values.flat().filter((value) => value !== null).length;
  const scores = given === 0
    ? ""
    : ` Its ${count(given, "value becomes", "values become")} your own scores.`;
  const rows = count(alternatives.length, "alternative", "alternatives");
  const columns = count(criteria.length, "criterion", "criteria");
  return `Read ${rows} and ${columns}.${scores}`;
}

/** A file that was chosen stands in for the text, and is read before anything else is done. */
async function readFieldsAndFile(c: AppContext): Promise<Fields> {
  const body = await c.req.parseBody();
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === "string") fields[name] = value;
  }
  const { file } = body;
  if (!(file instanceof File) || file.size === 0) return fields;
  // Too long is told by its reader; more than that need not be decoded.
  const bytes = await file.slice(0, MAX_CSV_LENGTH * 4 + 1).bytes();
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const csv = new TextDecoder(isWide ? "utf-16le" : "utf-8").decode(bytes);
  return { ...fields, csv, do: "read" };
}
