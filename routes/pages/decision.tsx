/** One decision: matrix, weights, ranking as its reader may see them, and every form in it. */
import { Hono } from "hono";
import { fittingWeights } from "../../domain/learning/learned_weights.ts";
import { Refusal } from "../../domain/refusal.ts";
import {
  scoresFrom,
  settingsFrom,
  weightsFrom,
  type Wrong,
} from "../../islands/decision_fields.ts";
import { createDecision } from "../../islands/decision_model.ts";
import type { DecisionMistake } from "../../islands/decision_state.ts";
import {
  DecisionMatrix,
  HEAD,
  ISLAND,
  REST,
} from "../../islands/DecisionMatrix.tsx";
import { DecisionHead } from "../../islands/DecisionHead.tsx";
import { leadFormNamed } from "../../islands/DecisionLead.tsx";
import { DecisionRanking } from "../../islands/DecisionRanking.tsx";
import { DecisionRest } from "../../islands/DecisionRest.tsx";
import { viewNamed } from "../../islands/DecisionViews.tsx";
import type { User } from "../../realtime/user.ts";
import { DecisionReading, type ReadDecision } from "../decision_reading.ts";
import type { AppContext, Env } from "../env.ts";
import { createStability, type Stability } from "./decision_stability.ts";
import { decisionOutcome, DecisionOutcomePanel } from "./decision_outcome.tsx";
import { decisionPageState, sessionOf } from "./decision_page_state.ts";
import {
  type Fields,
  messageIdOf,
  readFields,
  type Refused,
  refusedBy,
} from "./form.ts";
import { Main } from "./layout.tsx";
import { LearnedWeightsPanel } from "./LearnedWeights.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

type Form = DecisionMistake["form"];

interface Sending {
  readonly command: string;
  readonly input: object;
  readonly wrong?: Wrong;
}

/** What each form sends. */
const FORMS: Readonly<
  Record<Form, (fields: Fields, read: ReadDecision) => Sending>
> = {
  scores: (fields, { decision, own }) => {
    const { scores, wrong } = scoresFrom(fields, decision, own ?? {});
    return { command: "give_scores", input: { scores }, wrong };
  },
  weights: (fields, { decision }) => {
    const { weights, wrong } = weightsFrom(fields, decision);
    return { command: "set_weights", input: { weights }, wrong };
  },
  settings: (fields, { decision }) => ({
    command: "change_decision",
    input: settingsFrom(fields, decision),
  }),
  reveal: () => ({ command: "reveal_scores", input: {} }),
  close: ({ chosen = "", reason = "" }) => ({
    command: "close_decision",
    input: {
      ...(chosen && { chosen }),
      ...(reason.trim() && { reason }),
    },
  }),
};

const NAMES: readonly Form[] = [
  "scores",
  "weights",
  "settings",
  "reveal",
  "close",
];

export function decisionPages(parts: PageParts): Hono<Env> {
  const stability = createStability(parts.decisions);
  const reading = new DecisionReading(parts);
  const app = new Hono<Env>();
  app.get("/decisions/:decisionId", async (c, next) => {
    // The one word there that is a page and no decision's id.
    if (c.req.param("decisionId") === "new") return await next();
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const read = await reading.read(user, c.req.param("decisionId"));
    return await showDecision(c, { parts, stability }, user, { read });
  });
  for (const form of NAMES) {
    app.post(`/decisions/:decisionId/${form}`, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      const decisionId = c.req.param("decisionId");
      const read = await reading.read(user, decisionId);
      const fields = await readFields(c);
      const refused = await send(parts, user, { form, fields, read });
      if (!refused) {
        return c.redirect(`/decisions/${decisionId}#${PLACES[form]}`, 303);
      }
      const { message, fields: wrong } = refused;
      const mistake = { form, message, fields: wrong, input: fields };
      return await showDecision(c, { parts, stability }, user, {
        read,
        mistake,
        refused,
      });
    });
  }
  return app;
}

/** Where on the page one goes on. */
const PLACES: Readonly<Record<Form, string>> = {
  scores: "matrix",
  weights: "weights",
  settings: "lead",
  reveal: "matrix",
  close: "main",
};

async function send(
  parts: PageParts,
  user: User,
  { form, fields, read }: {
    readonly form: Form;
    readonly fields: Fields;
    readonly read: ReadDecision;
  },
): Promise<Refused | undefined> {
  const { command, input, wrong = {} } = FORMS[form](fields, read);
  if (Object.keys(wrong).length > 0) return { status: 422, fields: wrong };
  const { decisionId, sessionId } = read.decision;
  const names = { decisionId, ...(sessionId && { sessionId }) };
  try {
    await parts.commands.execute(command, { ...names, ...input }, {
      user,
      messageId: messageIdOf(fields),
    });
    return undefined;
  } catch (error) {
    const refused = refusedBy(error);
    // What is no longer there has no form to stand at.
    if (!refused || error instanceof Refusal && isGone(error)) throw error;
    return refused;
  }
}

function isGone({ code }: Refusal): boolean {
  return code === "decision_not_found" || code === "session_not_found";
}

async function showDecision(
  c: AppContext,
  { parts, stability }: {
    readonly parts: PageParts;
    readonly stability: Stability;
  },
  user: User,
  { read, mistake, refused }: {
    readonly read: ReadDecision;
    readonly mistake?: DecisionMistake;
    readonly refused?: Refused;
  },
): Promise<Response> {
  const state = await decisionPageState(c, parts, { read, user, mistake });
  const model = createDecision(state);
  const maySet = read.decision.status === "open" && state.rights.score;
  const fitting = maySet
    ? fittingWeights(
      await parts.learning?.reading.learnedWeights() ?? [],
      read.decision.criteria,
    )
    : undefined;
  const outcome = await decisionOutcome(parts.learning, read.decision, {
    user,
    session: await sessionOf(parts, read.decision),
  });
  const view = viewNamed(c.req.query("view"));
  const form = leadFormNamed(mistake?.form ?? c.req.query("do"));
  const smaa = c.req.query("compute") && view === "stability"
    ? await stability(read)
    : undefined;
  return renderPage(c, parts, {
    title: read.decision.title,
    status: refused?.status ?? 200,
    islands: { [ISLAND]: state },
    body: (
      <Main>
        <div class="decision">
          <div class="contents" id={HEAD}>
            <DecisionHead model={model} />
          </div>
          <div class="contents" data-island={ISLAND}>
            <DecisionMatrix
              model={model}
              ranking={<DecisionRanking model={model} />}
            />
          </div>
          <div
            class="contents"
            id={REST}
            data-view={view}
            data-form={form}
            data-smaa={smaa && JSON.stringify(smaa)}
          >
            <DecisionRest model={model} view={view} form={form} smaa={smaa} />
          </div>
        </div>
        {fitting && (
          <LearnedWeightsPanel
            fitting={fitting}
            decision={read.decision}
            messageId={state.formId}
            now={state.readAt}
            zone={state.zone}
          />
        )}
        {outcome && (
          <DecisionOutcomePanel
            outcome={outcome}
            title={read.decision.title}
            messageId={state.formId}
          />
        )}
      </Main>
    ),
  });
}
