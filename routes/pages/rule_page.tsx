/** The page of one rule put together: editor, trying, publication, backtest, history, help. */
import type { KeptRule } from "../../domain/rules/book/kept_rule.ts";
import { statusOf } from "../../domain/rules/book/rule_json.ts";
import type { Rule } from "../../domain/rules/rule.ts";
import type { RuleCount } from "../../domain/rules/rule_counters.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { Banner } from "../../islands/components/Banner.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { Zone } from "../../islands/format.ts";
import {
  createBacktest,
  type RuleBacktestState,
} from "../../islands/rule_backtest_model.ts";
import {
  createEditor,
  type RuleEditorState,
} from "../../islands/rule_editor_model.ts";
import { createTry, type RuleTryState } from "../../islands/rule_try_model.ts";
import { RISK_LOOKS, STATE_LOOKS } from "../../islands/rule_words.ts";
import { RuleBacktest } from "../../islands/RuleBacktest.tsx";
import { RuleEditor } from "../../islands/RuleEditor.tsx";
import { RuleTry } from "../../islands/RuleTry.tsx";
import type { User } from "../../realtime/user.ts";
import { Main } from "./layout.tsx";
import { RuleDiff } from "./RuleDiff.tsx";
import { RuleHelp } from "./RuleHelp.tsx";
import { RuleHistory } from "./RuleHistory.tsx";
import { RulePublication } from "./RulePublication.tsx";
import type { RuleTrust } from "./rule_trust.ts";
import { RuleTrustPanel } from "./RuleTrustPanel.tsx";
import { shortMs } from "./RuleTable.tsx";

export interface RulePageProps {
  /** Undefined for a rule that is being written for the first time. */
  readonly kept?: KeptRule;
  readonly user: User;
  readonly mayWrite: boolean;
  readonly fourEyes: boolean;
  readonly counts: RuleCount;
  readonly editor: RuleEditorState;
  readonly trying: RuleTryState;
  /** Undefined where there is no rule to test. */
  readonly backtest?: RuleBacktestState;
  /** Undefined where nothing is learned, or there is no rule yet. */
  readonly trust?: RuleTrust;
  /** Another's draft, saved meanwhile, and the text that was to be saved. */
  readonly overtaken?: { readonly theirs: Rule; readonly mine: Rule };
  /** Why publishing and the like was refused. */
  readonly refusal: string | null;
  /** What was done just now. */
  readonly done: string | null;
  readonly now: number;
  readonly zone: Zone;
  readonly formId: string;
}

export function RulePage(props: RulePageProps) {
  const { kept, editor, trying, backtest, trust, overtaken, done } = props;
  const { formId, now, zone } = props;
  return (
    <Main>
      <Head {...props} />
      {done && <Banner kind="ok">{done}</Banner>}
      {overtaken && <Overtaken {...overtaken} kept={kept} />}
      <div class="rule-page">
        <div class="stack">
          <Panel id="editor" title={kept ? "The rule" : "A new rule"}>
            <div data-island="RuleEditor">
              <RuleEditor editor={createEditor(editor)} />
            </div>
          </Panel>
          {backtest && (
            <Panel id="backtest" title="What the draft would have changed">
              <div data-part="RuleBacktest">
                <RuleBacktest model={createBacktest(backtest)} />
              </div>
            </Panel>
          )}
          {kept && (
            <Panel id="history" title="Versions">
              <div id="versions">
                <RuleHistory {...props} kept={kept} />
              </div>
            </Panel>
          )}
        </div>
        <div class="stack">
          {kept && (
            <Panel id="publication" title="Publication">
              <div id="standing" data-island="RulePart">
                <RulePublication {...props} kept={kept} />
              </div>
            </Panel>
          )}
          {trust && (
            <RuleTrustPanel
              name={editor.fields.name}
              trust={trust}
              messageId={formId}
              now={now}
              zone={zone}
            />
          )}
          <Panel id="try" title="Try it with facts">
            <div data-part="RuleTry">
              <RuleTry model={createTry(trying)} />
            </div>
          </Panel>
          <Panel id="help" title="What may stand in a rule">
            <RuleHelp />
          </Panel>
        </div>
      </div>
    </Main>
  );
}

function Head({ kept, counts }: RulePageProps) {
  const shown = kept?.versions.at(-1)?.rule ?? kept?.draft?.rule;
  if (kept === undefined || shown === undefined) {
    return (
      <div class="intro">
        <h1>New rule</h1>
        <p class="muted">
          You write a draft; another facilitator publishes it.{" "}
          <a href="/rules">All rules</a>
        </p>
      </div>
    );
  }
  const state = STATE_LOOKS[statusOf(kept)];
  const risk = RISK_LOOKS[shown.riskLevel];
  const { executions, fired, errors, timeouts, meanMs, p99Ms } = counts;
  return (
    <div class="intro" id="head">
      <h1>{shown.name}</h1>
      <Badge status={state.status}>{state.word}</Badge>
      <Badge status={risk.status}>{risk.word}</Badge>
      <div class="facts">
        <span>
          <a href="/rules">Rules</a> / <code>{kept.ruleId}</code>
        </span>
        <span>
          Version <b>{kept.versions.length || "none yet"}</b>
        </span>
        {executions > 0 && (
          <>
            <span>
              Runs <b>{executions.toLocaleString("en-GB")}</b>
            </span>
            <span>
              Fired <b>{fired.toLocaleString("en-GB")}</b>
            </span>
            <span>
              Errors <b>{(errors + timeouts).toLocaleString("en-GB")}</b>
            </span>
            <span>
              Mean <b>{shortMs(meanMs)}</b>, p99 <b>{shortMs(p99Ms)}</b>
            </span>
          </>
        )}
      </div>
    </div>
  );
}

/** Nothing is lost: both texts are on the page, and saving again is a choice. */
function Overtaken(
  { theirs, mine, kept }: {
    readonly theirs: Rule;
    readonly mine: Rule;
    readonly kept?: KeptRule;
  },
) {
  const who = kept?.draft?.authorNames.at(-1) ?? "Somebody";
  return (
    <section class="panel overtaken" aria-labelledby="overtaken-title">
      <header>
        <h2 id="overtaken-title">
          {who} saved this draft while you wrote
        </h2>
      </header>
      <div class="pad form">
        <p role="alert">
          Yours is not saved yet; it stands in the editor below. Take over what
          you want to keep of theirs, then save again: that replaces their text.
        </p>
        <div class="columns">
          <div>
            <h3>Theirs</h3>
            <code class="text">{theirs.when}</code>
          </div>
          <div>
            <h3>Yours</h3>
            <code class="text">{mine.when}</code>
          </div>
        </div>
        <h3>From theirs to yours</h3>
        <RuleDiff before={theirs} after={mine} />
        {kept && (
          <p>
            <a class="button" href={`/rules/${kept.ruleId}`}>
              Drop mine, take theirs
            </a>
          </p>
        )}
      </div>
    </section>
  );
}
