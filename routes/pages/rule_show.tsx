/** The page of a rule as it is kept, with what a form of it was answered. */
import { hasRole } from "../../domain/access.ts";
import { exampleFacts } from "../../domain/rules/book/example_facts.ts";
import type { KeptRule } from "../../domain/rules/book/kept_rule.ts";
import {
  RULES_CHANNEL,
  ruleSubject,
} from "../../domain/rules/book/rule_commands.ts";
import type { BacktestJob } from "../../islands/rule_backtest_model.ts";
import {
  emptyFields,
  fieldsOf,
  type RuleFields,
  ruleFrom,
} from "../../islands/rule_fields.ts";
import { factsText, type Tried } from "../../islands/rule_try_model.ts";
import type { RulePartState } from "../../islands/RulePart.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext } from "../env.ts";
import type { WholeJob } from "../jobs/job_reading.ts";
import type { RuleParts } from "../rule_parts.ts";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import type { EditorRefusal } from "./rule_forms.ts";
import { RulePage } from "./rule_page.tsx";
import { ruleTrust } from "./rule_trust.ts";

/** What a page shows beside the rule as it is kept. */
export interface Shown {
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

/** @param ruleId `new` for one that is not kept yet. */
export async function showRule(
  c: AppContext,
  { parts, rules, user, ruleId }: {
    readonly parts: PageParts;
    readonly rules: RuleParts;
    readonly user: User;
    readonly ruleId: string;
  },
  shown: Shown,
): Promise<Response> {
  const { commands } = parts;
  const { area, backtests, counters, fourEyes } = rules;
  const { state, position: { epoch, offset } } = await commands.state(
    area,
    RULES_CHANNEL,
    ruleSubject(ruleId),
  );
  const kept = ruleId === "new" || state.status === "none" ? undefined : state;
  if (kept === undefined && ruleId !== "new") {
    return notFoundPage(c, parts, "page");
  }
  const mayWrite = hasRole(user, "facilitator");
  const formId = (parts.newId ?? (() => crypto.randomUUID()))();
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
  const jobId = c.req.query("job");
  const job = jobId === undefined
    ? undefined
    : await backtests.find(user, jobId);
  const backtest = kept && {
    ruleId: kept.ruleId,
    draftOffset: kept.draft?.offset ?? null,
    mayRun: hasRole(user, "member"),
    job: job?.about === kept.ruleId ? shownJob(job) : null,
    formId,
    mistake: null,
    given: "",
    since: monthAgo((parts.now ?? Date.now)()),
    source: "given" as const,
    ...shown.backtest,
  };
  const live: RulePartState | undefined = kept && {
    parts: ["head", "standing", "versions"],
    ruleId: kept.ruleId,
    position: { epoch, offset },
  };
  const trust = kept && parts.learning &&
    await ruleTrust(parts, parts.learning, { user, ruleId: kept.ruleId });
  return renderPage(c, parts, {
    title: text?.name ?? "New rule",
    status: shown.status ?? 200,
    islands: {
      RuleEditor: editor,
      RuleTry: trying,
      ...(backtest && { Backtest: backtest }),
      ...(live && { RulePart: live }),
      ...(trust && { LivePart: {} }),
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
        trust={trust}
        overtaken={theirs &&
          { theirs, mine: { ...ruleFrom(fields), id: ruleId } }}
        refusal={shown.refusal ?? null}
        done={DONE[c.req.query("done") ?? ""] ?? null}
        now={(parts.now ?? Date.now)()}
        zone={zoneOf(c)}
        formId={formId}
      />
    ),
  });
}

function monthAgo(now: number): string {
  return new Date(now - 30 * 86_400_000).toISOString().slice(0, 10);
}

/** The text an edit starts from; a draft that appears meanwhile is another one. */
function offsetOf(kept: KeptRule | undefined): number | null {
  return kept?.draft?.offset ?? kept?.versions.at(-1)?.offset ?? null;
}

/** Results are ours, made by this build: their shape is what the island knows. */
function shownJob(
  { id, state, progress, result, error }: WholeJob,
): BacktestJob {
  return JSON.parse(JSON.stringify({ id, state, progress, result, error }));
}
