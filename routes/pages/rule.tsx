/** One rule: its page, and every form of it without scripts. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { exampleFacts } from "../../domain/rules/book/example_facts.ts";
import {
  RULES_CHANNEL,
  ruleSubject,
} from "../../domain/rules/book/rule_commands.ts";
import type { KeptRule } from "../../domain/rules/book/kept_rule.ts";
import { readFacts } from "../../domain/rules/read_facts.ts";
import type { BacktestJob } from "../../islands/rule_backtest_model.ts";
import {
  emptyFields,
  fieldsOf,
  type RuleFields,
  ruleFrom,
  sentFields,
} from "../../islands/rule_fields.ts";
import { factsText, type Tried } from "../../islands/rule_try_model.ts";
import type { RulePartState } from "../../islands/RulePart.ts";
import { isRecord } from "../../realtime/client/wire.ts";
import type { User } from "../../realtime/user.ts";
import { demandMember } from "../api/backtests.ts";
import type { AppContext, Env } from "../env.ts";
import type { Job } from "../process_jobs.ts";
import type { RuleParts } from "../rule_parts.ts";
import { type Fields, messageIdOf, readFields, refusedBy } from "./form.ts";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import {
  actionInput,
  actionRefusal,
  type EditorRefusal,
  editorRefusal,
  mistakesIn,
  RULE_ACTIONS,
  type RuleAction,
} from "./rule_forms.ts";
import { RulePage } from "./rule_page.tsx";
import { tryRule } from "./rule_trial.ts";
import { signedIn } from "./signed_in.ts";

/** What a page shows beside the rule as it is kept. */
interface Shown {
  readonly status?: 200 | 400 | 403 | 404 | 409 | 422 | 429 | 503;
  /** As they were sent. */
  readonly fields?: RuleFields;
  readonly basedOn?: number;
  readonly editor?: EditorRefusal;
  readonly facts?: string;
  readonly tried?: Tried;
  readonly refusal?: string;
  readonly backtest?: {
    readonly mistake: string | null;
    readonly given: string;
    readonly since: string;
    readonly source: "given" | "past";
  };
}

/** Said after the redirect that follows a form. */
const DONE: Readonly<Record<string, string>> = {
  saved: "Draft saved. It counts once somebody else has published it.",
  publish: "Published. Evaluations use it from now on.",
  discard: "The draft is discarded.",
  deactivate: "The rule is out of use.",
  activate: "The rule is in use again.",
};

export function rulePages(parts: PageParts, rules: RuleParts): Hono<Env> {
  const app = new Hono<Env>();
  const page = new RulePages(parts, rules);
  const get = (path: string, ruleId?: "new") =>
    app.get(path, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      return await page.show(
        c,
        user,
        ruleId ?? c.req.param("ruleId") ?? "",
        {},
      );
    });
  const post = (
    path: string,
    act: (
      c: AppContext,
      user: User,
      fields: Fields,
    ) => Promise<Response>,
  ) =>
    app.post(path, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      return await act(c, user, await readFields(c));
    });
  get("/rules/new", "new");
  get("/rules/:ruleId");
  post("/rules", (c, user, fields) => page.save(c, user, "new", fields));
  post(
    "/rules/:ruleId",
    (c, user, fields) =>
      page.save(c, user, c.req.param("ruleId") ?? "", fields),
  );
  post(
    "/rules/:ruleId/try",
    (c, user, fields) =>
      page.attempt(c, user, c.req.param("ruleId") ?? "", fields),
  );
  post(
    "/rules/:ruleId/backtest",
    (c, user, fields) =>
      page.backtest(c, user, c.req.param("ruleId") ?? "", fields),
  );
  post("/rules/:ruleId/backtest/cancel", (c, user, { jobId = "" }) => {
    rules.jobs.cancel(user.userId, jobId);
    const path = `/rules/${c.req.param("ruleId")}?job=${jobId}#backtest`;
    return Promise.resolve(c.redirect(path, 303));
  });
  for (const action of actions()) {
    post(
      `/rules/:ruleId/${action}`,
      (c, user, fields) =>
        page.act(c, user, {
          ruleId: c.req.param("ruleId") ?? "",
          action,
          fields,
        }),
    );
  }
  return app;
}

function actions(): readonly RuleAction[] {
  return ["publish", "discard", "deactivate", "activate"];
}

class RulePages {
  readonly #parts: PageParts;
  readonly #rules: RuleParts;

  constructor(parts: PageParts, rules: RuleParts) {
    this.#parts = parts;
    this.#rules = rules;
  }

  /** @param ruleId `new` for one that is not kept yet. */
  async show(
    c: AppContext,
    user: User,
    ruleId: string,
    shown: Shown,
  ): Promise<Response> {
    const { commands } = this.#parts;
    const { area, counters, fourEyes, jobs } = this.#rules;
    const { state, position: { epoch, offset } } = await commands.state(
      area,
      RULES_CHANNEL,
      ruleSubject(ruleId),
    );
    const kept = ruleId === "new" || state.status === "none"
      ? undefined
      : state;
    if (kept === undefined && ruleId !== "new") {
      return notFoundPage(c, this.#parts, "page");
    }
    const mayWrite = hasRole(user, "facilitator");
    const formId = (this.#parts.newId ?? (() => crypto.randomUUID()))();
    const text = kept?.draft?.rule ?? kept?.versions.at(-1)?.rule;
    const stored = text ? fieldsOf(text) : emptyFields();
    const fields = shown.fields ?? stored;
    const theirs = shown.editor?.isOvertaken ? kept?.draft?.rule : undefined;
    const { mistakes = [], wrong = {}, refusal = null } = shown.editor ?? {};
    const editor = {
      ruleId: kept?.ruleId ?? null,
      fields,
      basedOn: shown.basedOn ?? offsetOf(kept),
      mistakes,
      wrong,
      refusal,
      mayEdit: mayWrite,
      userId: user.userId,
      formId,
    };
    const trying = {
      ruleId: kept?.ruleId ?? null,
      facts: shown.facts ?? factsText(exampleFacts(ruleFrom(fields))),
      tried: shown.tried ?? null,
    };
    const job = jobs.find(user.userId, c.req.query("job") ?? "");
    const backtest = kept && {
      ruleId: kept.ruleId,
      draftOffset: kept.draft?.offset ?? null,
      mayRun: hasRole(user, "member"),
      job: job?.about === kept.ruleId ? shownJob(job) : null,
      formId,
      mistake: null,
      given: "",
      since: this.#monthAgo(),
      source: "given" as const,
      ...shown.backtest,
    };
    const live: RulePartState | undefined = kept && {
      parts: ["head", "standing", "versions"],
      ruleId: kept.ruleId,
      position: { epoch, offset },
    };
    return renderPage(c, this.#parts, {
      title: text?.name ?? "New rule",
      status: shown.status ?? 200,
      islands: {
        RuleEditor: editor,
        RuleTry: trying,
        ...(backtest && { Backtest: backtest }),
        ...(live && { RulePart: live }),
      },
      body: (
        <RulePage
          kept={kept}
          user={user}
          mayWrite={mayWrite}
          fourEyes={fourEyes}
          counts={counters.of(ruleId)}
          editor={editor}
          trying={trying}
          backtest={backtest}
          overtaken={theirs &&
            { theirs, mine: { ...ruleFrom(fields), id: ruleId } }}
          refusal={shown.refusal ?? null}
          done={DONE[c.req.query("done") ?? ""] ?? null}
          now={(this.#parts.now ?? Date.now)()}
          zone={zoneOf(c)}
          formId={formId}
        />
      ),
    });
  }

  async save(
    c: AppContext,
    user: User,
    ruleId: string,
    sent: Fields,
  ): Promise<Response> {
    const fields = sentFields(sent);
    const basedOn = Number(sent.basedOn);
    const isNew = ruleId === "new";
    const input = {
      ...ruleFrom(fields),
      ...(!isNew && { ruleId, ...(basedOn > 0 && { basedOn }) }),
    };
    try {
      const { result } = await this.#parts.commands.execute(
        isNew ? "create_rule" : "edit_rule",
        input,
        { user, messageId: messageIdOf(sent) },
      );
      const rule = isRecord(result) && isRecord(result.rule) ? result.rule : {};
      return c.redirect(`/rules/${rule.id ?? ruleId}?done=saved`, 303);
    } catch (error) {
      const refused = refusedBy(error);
      if (!refused) throw error;
      const editor = editorRefusal(error, refused, fields);
      return await this.show(c, user, ruleId, {
        status: refused.status,
        fields,
        facts: sent.facts,
        // Saving again is meant: it is about the text that is shown now.
        basedOn: editor.isOvertaken || isNew ? undefined : basedOn || undefined,
        editor,
      });
    }
  }

  /** Evaluates what the form says, saved or not. */
  async attempt(
    c: AppContext,
    user: User,
    ruleId: string,
    sent: Fields,
  ): Promise<Response> {
    const fields = sentFields(sent);
    const { facts = "" } = sent;
    const mistakes = mistakesIn(fields);
    const tried = mistakes.length === 0
      ? await tryRule(this.#rules.evaluations, fields, facts)
      : undefined;
    return await this.show(c, user, ruleId, {
      fields,
      facts,
      tried,
      basedOn: Number(sent.basedOn) || undefined,
      editor: { mistakes, wrong: {}, refusal: null, isOvertaken: false },
    });
  }

  async act(
    c: AppContext,
    user: User,
    { ruleId, action, fields }: {
      readonly ruleId: string;
      readonly action: RuleAction;
      readonly fields: Fields;
    },
  ): Promise<Response> {
    const { commands } = this.#parts;
    try {
      await commands.execute(
        RULE_ACTIONS[action],
        actionInput(ruleId, action, fields),
        { user, messageId: messageIdOf(fields) },
      );
      return c.redirect(`/rules/${ruleId}?done=${action}`, 303);
    } catch (error) {
      const refused = refusedBy(error);
      if (!refused) throw error;
      const { state } = await commands.state(
        this.#rules.area,
        RULES_CHANNEL,
        ruleSubject(ruleId),
      );
      return await this.show(c, user, ruleId, {
        status: refused.status,
        refusal: actionRefusal(error, refused, state),
      });
    }
  }

  async backtest(
    c: AppContext,
    user: User,
    ruleId: string,
    { given = "", since = "", source }: Fields,
  ): Promise<Response> {
    const form = {
      given,
      since,
      source: source === "past" ? "past" as const : "given" as const,
    };
    const again = (status: 403 | 404 | 409 | 422 | 429, mistake: string) =>
      this.show(c, user, ruleId, { status, backtest: { ...form, mistake } });
    const facts = form.source === "past"
      ? { since: Date.parse(since) }
      : readFacts(given);
    if ("state" in facts && facts.state === "mistaken") {
      const { line, message } = facts;
      return await again(422, line ? `Line ${line}: ${message}` : message);
    }
    if ("since" in facts && Number.isNaN(facts.since)) {
      return await again(422, "Say since which day");
    }
    try {
      demandMember(user);
      const { id } = await this.#rules.backtests.submit(user, ruleId, facts);
      return c.redirect(`/rules/${ruleId}?job=${id}#backtest`, 303);
    } catch (error) {
      const refused = refusedBy(error);
      if (!refused) throw error;
      const { status, message = "This cannot be done now" } = refused;
      return await again(
        status === 400 || status === 503 ? 409 : status,
        message,
      );
    }
  }

  #monthAgo(): string {
    const now = (this.#parts.now ?? Date.now)();
    return new Date(now - 30 * 86_400_000).toISOString().slice(0, 10);
  }
}

/** The text an edit starts from; a draft that appears meanwhile is another one. */
function offsetOf(kept: KeptRule | undefined): number | null {
  return kept?.draft?.offset ?? kept?.versions.at(-1)?.offset ?? null;
}

/** Results are ours, made by this build: their shape is what the island knows. */
function shownJob({ id, state, done, total, result, error }: Job): BacktestJob {
  return JSON.parse(JSON.stringify({ id, state, done, total, result, error }));
}
