/** Changing an open decision: what is asked, among what, judged how. Scores stay with their rows. */
import { Hono } from "hono";
import type { User } from "../../realtime/user.ts";
import { DecisionReading, type ReadDecision } from "../decision_reading.ts";
import type { AppContext, Env } from "../env.ts";
import {
  withAlternative,
  withCriterion,
  type Wrong,
} from "./decision_draft.ts";
import { changesOf } from "./decision_changes.ts";
import {
  type Edit,
  editFrom,
  editOf,
  type Was,
  wasOf,
} from "./decision_edit_form.ts";
import { rightsOf, sessionOf } from "./decision_page_state.ts";
import { DecisionEdit } from "./DecisionEdit.tsx";
import { type Fields, messageIdOf, readFields, refusedBy } from "./form.ts";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

interface Shown {
  readonly wrong?: Wrong;
  readonly message?: string;
  readonly focus?: string;
  readonly status?: 400 | 403 | 404 | 409 | 422 | 429 | 503;
  readonly messageId?: string;
}

export function decisionEditPage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  const reading = new DecisionReading(parts);
  const path = "/decisions/:decisionId/edit";
  app.get(path, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const read = await reading.read(user, c.req.param("decisionId"));
    return await show(c, parts, { user, read, edit: editOf(nowOf(read)) });
  });
  app.post(path, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const read = await reading.read(user, c.req.param("decisionId"));
    const fields = await readFields(c);
    const edit = editFrom(fields, nowOf(read));
    const { draft } = edit;
    const again = (next: Edit, shown: Shown) =>
      show(c, parts, { user, read, edit: next }, {
        messageId: messageIdOf(fields),
        ...shown,
      });
    if (fields.do === "add-alternative") {
      const focus = `alternative.${draft.alternatives.length}`;
      return await again({ ...edit, draft: withAlternative(draft) }, { focus });
    }
    if (fields.do === "add-criterion") {
      const focus = `criterion.${draft.criteria.length}.label`;
      return await again({ ...edit, draft: withCriterion(draft) }, { focus });
    }
    return await save(c, parts, { user, read, edit, fields, again });
  });
  return app;
}

function nowOf({ decision, position }: ReadDecision): Was {
  return wasOf(decision, position.offset);
}

async function save(
  c: AppContext,
  { commands }: PageParts,
  { user, read, edit, fields, again }: {
    readonly user: User;
    readonly read: ReadDecision;
    readonly edit: Edit;
    readonly fields: Fields;
    readonly again: (edit: Edit, shown: Shown) => Promise<Response>;
  },
): Promise<Response> {
  const { decisionId, sessionId } = read.decision;
  const { input, wrong, overtaken, merged, controlOf } = changesOf(
    edit,
    nowOf(read),
  );
  if (Object.keys(wrong).length > 0) {
    return await again(edit, { wrong, status: 422 });
  }
  if (Object.keys(overtaken).length > 0) {
    return await again(merged, {
      status: 409,
      message: `Somebody changed this decision while you wrote: ${
        Object.values(overtaken).join("; ")
      }. Yours stands below; save again to keep it.`,
      messageId: undefined,
    });
  }
  const { criteria, ...rest } = input;
  const changes = {
    ...rest,
    ...(criteria && {
      criteria: criteria.map(({ unit, ...one }) => ({
        ...one,
        ...(unit !== null && { unit }),
      })),
    }),
  };
  try {
    // Sent a second time there is nothing left to change.
    if (Object.keys(changes).length > 0) {
      await commands.execute("change_decision", {
        decisionId,
        ...(sessionId && { sessionId }),
        ...changes,
      }, { user, messageId: messageIdOf(fields) });
    }
    return c.redirect(`/decisions/${decisionId}`, 303);
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    const { status, message } = refused;
    const named = Object.entries(refused.fields)
      .map(([path, text]) => [controlOf(path), text]);
    return await again(edit, {
      status,
      message,
      wrong: Object.fromEntries(named),
      ...(status === 409 && { messageId: undefined }),
    });
  }
}

async function show(
  c: AppContext,
  parts: PageParts,
  { user, read, edit }: {
    readonly user: User;
    readonly read: ReadDecision;
    readonly edit: Edit;
  },
  { status, messageId, ...shown }: Shown = {},
): Promise<Response> {
  const { decision } = read;
  const session = await sessionOf(parts, decision);
  const newId = parts.newId ?? (() => crypto.randomUUID());
  const refused = decision.status === "closed"
    ? "This decision is closed: it stays as it was decided."
    : session?.status === "closed"
    ? "Its session is closed: nothing changes in it any more."
    : rightsOf(decision, session, user).shape
    ? undefined
    : "Who leads changes what is decided. Ask one of the facilitators.";
  return await renderPage(c, parts, {
    title: `Edit ${decision.title}`,
    status,
    body: (
      <DecisionEdit
        decision={decision}
        edit={edit}
        refused={refused}
        messageId={messageId ?? `${newId()}.edit`}
        {...shown}
      />
    ),
  });
}
