/** Evaluating rules into a session: choosing them, giving facts, running. A plain form does all of it. */
import { Hono } from "hono";
import { hasVoice } from "../../domain/sessions/voice.ts";
import { activeVersion } from "../../domain/rules/book/kept_rule.ts";
import {
  RULES_CHANNEL,
  ruleSubject,
} from "../../domain/rules/book/rule_commands.ts";
import type { Session } from "../../domain/sessions/session.ts";
import { factsText } from "../../islands/rule_try_model.ts";
import { isRecord } from "../../realtime/client/wire.ts";
import type { Json } from "../../realtime/json.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import type { RuleParts } from "../rule_parts.ts";
import { seenSession } from "../session_sight.ts";
import { exampleOf } from "./evaluation_example.ts";
import {
  type EvaluationFields,
  evaluationFieldsOf,
  factsIn,
  MAX_CHOSEN,
  meantRules,
  mistakesOf,
  type Wrong,
} from "./evaluation_form.ts";
import { EvaluationForm } from "./EvaluationForm.tsx";
import { type Fields, messageIdOf, readFields, refusedBy } from "./form.ts";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { renderPage } from "./render.tsx";
import { type ListedRule, listRules } from "./rule_list.ts";
import { signedIn } from "./signed_in.ts";

/** A book of more is searched by other means. */
const MAX_RULES = 10_000;
const PATH = "/sessions/:sessionId/evaluations/new";

/** What is shown around the form. */
interface Shown {
  readonly wrong?: Wrong;
  readonly message?: string;
  readonly status?: 400 | 403 | 404 | 409 | 422 | 429 | 503;
  /** Of the form that was sent, to be sent again. */
  readonly messageId?: string;
  /** Name of the control to begin with. */
  readonly focus?: string;
}

/** Mount it before what takes every word behind `/evaluations/` for an id. */
export function evaluationNewPage(
  parts: PageParts,
  rules: RuleParts,
): Hono<Env> {
  const app = new Hono<Env>();
  const page = new EvaluationNew(parts, rules);
  app.get(PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await page.first(c, user);
  });
  app.post(PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await page.sent(c, user, await readFields(c));
  });
  return app;
}

class EvaluationNew {
  readonly #parts: PageParts;
  readonly #rules: RuleParts;

  constructor(parts: PageParts, rules: RuleParts) {
    this.#parts = parts;
    this.#rules = rules;
  }

  /** All rules in use, with facts such as they ask for: pressing one button shows how it works. */
  async first(c: AppContext, user: User): Promise<Response> {
    const inUse = await this.#inUse();
    const fields = evaluationFieldsOf({
      which: inUse.length > MAX_CHOSEN ? "some" : "all",
    });
    const { ruleIds } = meantRules(fields, inUse.map(({ ruleId }) => ruleId));
    const facts = ruleIds.length > MAX_CHOSEN
      ? "{}"
      : await this.#example(ruleIds);
    return await this.#show(c, user, { ...fields, facts });
  }

  async sent(c: AppContext, user: User, sent: Fields): Promise<Response> {
    const fields = evaluationFieldsOf(sent);
    const messageId = messageIdOf(sent);
    if (sent.do === "find") {
      const shown = { messageId, focus: "q" };
      return await this.#show(c, user, { ...fields, which: "some" }, shown);
    }
    if (sent.do === "example") {
      const inUse = (await this.#inUse()).map(({ ruleId }) => ruleId);
      const { ruleIds, wrong } = meantRules(fields, inUse);
      const isWrong = Object.keys(wrong).length > 0;
      const facts = isWrong ? fields.facts : await this.#example(ruleIds);
      const shown = isWrong
        ? { wrong, status: 422 as const }
        : { focus: "facts" };
      const next = { ...fields, facts };
      return await this.#show(c, user, next, { messageId, ...shown });
    }
    return await this.#run(c, user, { fields, messageId });
  }

  async #run(
    c: AppContext,
    user: User,
    { fields, messageId }: {
      readonly fields: EvaluationFields;
      readonly messageId: string | undefined;
    },
  ): Promise<Response> {
    const sessionId = c.req.param("sessionId") ?? "";
    const inUse = await this.#inUse();
    const { ruleIds, wrong } = meantRules(
      fields,
      inUse.map(({ ruleId }) => ruleId),
    );
    const read = factsIn(fields.facts);
    if (Object.keys(wrong).length > 0 || "wrong" in read) {
      return await this.#show(c, user, fields, {
        status: 422,
        messageId,
        wrong: { ...wrong, ...("wrong" in read && read.wrong) },
      });
    }
    const title = fields.title.trim();
    const input = {
      sessionId,
      ruleIds,
      facts: read.facts,
      ...(title && { title }),
    };
    try {
      const { commands } = this.#parts;
      const { result } = await commands.execute("run_evaluation", input, {
        user,
        messageId,
      });
      const path = `/sessions/${sessionId}/evaluations/${idIn(result)}`;
      return c.redirect(path, 303);
    } catch (error) {
      const refused = refusedBy(error);
      if (!refused) throw error;
      const names = new Map(inUse.map(({ ruleId, name }) => [ruleId, name]));
      return await this.#show(c, user, fields, {
        status: refused.status,
        message: refused.message,
        wrong: mistakesOf(refused, ruleIds, {
          which: fields.which,
          nameOf: (ruleId) => names.get(ruleId) ?? ruleId,
        }),
        // Sent before with other words: to be sent again it needs a name of its own.
        messageId: refused.status === 409 ? undefined : messageId,
      });
    }
  }

  async #show(
    c: AppContext,
    user: User,
    fields: EvaluationFields,
    { status, messageId, ...shown }: Shown = {},
  ): Promise<Response> {
    const parts = this.#parts;
    const sessionId = c.req.param("sessionId") ?? "";
    const session = await seenSession(parts.commands, user, sessionId);
    if (session === null) return await notFoundPage(c, parts, "session");
    const inUse = await this.#inUse();
    const listed = fields.words.trim() === ""
      ? inUse
      : await this.#inUse(fields.words);
    const newId = parts.newId ?? (() => crypto.randomUUID());
    return await renderPage(c, parts, {
      title: "Evaluate rules",
      status,
      body: (
        <EvaluationForm
          session={{ id: session.id, title: session.title }}
          fields={fields}
          inUse={inUse}
          listed={listed}
          refused={whyNot(user, session)}
          messageId={messageId ?? `${newId()}.evaluation`}
          {...shown}
        />
      ),
    });
  }

  /** Rules in use, last changed first; those with all of these words. */
  async #inUse(words = ""): Promise<readonly ListedRule[]> {
    const { items } = await listRules(
      this.#parts.log,
      { words, show: "active", page: 1 },
      { perPage: MAX_RULES, mayPublish: () => false },
    );
    return items;
  }

  async #example(ruleIds: readonly string[]): Promise<string> {
    const kept = await Promise.all(
      ruleIds.map((ruleId) =>
        this.#parts.commands.state(
          this.#rules.area,
          RULES_CHANNEL,
          ruleSubject(ruleId),
        )
      ),
    );
    const rules = kept.flatMap(({ state }) => activeVersion(state)?.rule ?? []);
    return factsText(exampleOf(rules));
  }
}

function whyNot(user: User, session: Session): string | undefined {
  if (session.status === "closed") {
    return "This session is closed: nothing new is evaluated in it.";
  }
  return hasVoice(user, session)
    ? undefined
    : "Members and facilitators of a session evaluate rules in it. Join it, or ask one of them.";
}

function idIn(result: Json): string {
  const evaluation = isRecord(result) ? result.evaluation : undefined;
  const id = isRecord(evaluation) ? evaluation.evaluationId : undefined;
  return typeof id === "string" ? id : "";
}
