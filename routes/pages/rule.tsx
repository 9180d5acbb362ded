/** One rule: its page, and every form of it without scripts. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { Refusal } from "../../domain/refusal.ts";
import {
  RULES_CHANNEL,
  ruleSubject,
} from "../../domain/rules/book/rule_commands.ts";
import { readFacts } from "../../domain/rules/read_facts.ts";
import { ruleFrom, sentFields } from "../../islands/rule_fields.ts";
import { isRecord } from "../../realtime/client/wire.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import type { RuleParts } from "../rule_parts.ts";
import { type Fields, messageIdOf, readFields, refusedBy } from "./form.ts";
import type { PageParts } from "./page_parts.ts";
import {
  actionInput,
  actionRefusal,
  editorRefusal,
  mistakesIn,
  RULE_ACTIONS,
  type RuleAction,
} from "./rule_forms.ts";
import { type Shown, showRule } from "./rule_show.tsx";
import { zoneOf } from "./reader_zone.ts";
import { tryRule } from "./rule_trial.ts";
import { signedIn } from "./signed_in.ts";

export function rulePages(parts: PageParts, rules: RuleParts): Hono<Env> {
  const app = new Hono<Env>();
  const page = new RulePages(parts, rules);
  const get = (path: string, ruleId?: "new") =>
    app.get(path, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      // What nobody could save is not offered: the error page says who may.
      if (ruleId && !hasRole(user, "facilitator")) {
        throw new Refusal("not_allowed");
      }
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
  post("/rules/:ruleId/backtest/cancel", async (c, user, { jobId = "" }) => {
    await rules.backtests.cancel(user, jobId);
    const path = `/rules/${c.req.param("ruleId")}?job=${jobId}#backtest`;
    return c.redirect(path, 303);
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

  show(
    c: AppContext,
    user: User,
    ruleId: string,
    shown: Shown,
  ): Promise<Response> {
    const [parts, rules] = [this.#parts, this.#rules];
    return showRule(c, { parts, rules, user, ruleId }, shown);
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
      ? await tryRule(this.#rules.evaluations, fields, {
        text: facts,
        zone: zoneOf(c),
      })
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
    fields: Fields,
  ): Promise<Response> {
    const { given = "", since = "", source } = fields;
    const form = {
      given,
      since,
      source: source === "past" ? "past" as const : "given" as const,
    };
    const again = (status: 403 | 404 | 409 | 422 | 429, mistake: string) =>
      this.show(c, user, ruleId, { status, backtest: { ...form, mistake } });
    const read = form.source === "past" ? sinceDay(since) : readFacts(given);
    if (read.state === "mistaken") {
      const { line, message } = read;
      return await again(422, line ? `Line ${line}: ${message}` : message);
    }
    try {
      const jobId = await this.#rules.backtests.submit(user, {
        ruleId,
        source: "facts" in read
          ? { facts: [...read.facts] }
          : { since: read.since },
        messageId: messageIdOf(fields),
      });
      return c.redirect(`/rules/${ruleId}?job=${jobId}#backtest`, 303);
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
}

/** A day, `2026-01-31`, as a time with its zone. */
function sinceDay(day: string) {
  const since = Date.parse(day);
  return Number.isNaN(since)
    ? {
      state: "mistaken" as const,
      message: "Say since which day",
      line: undefined,
    }
    : { state: "read" as const, since: new Date(since).toISOString() };
}
