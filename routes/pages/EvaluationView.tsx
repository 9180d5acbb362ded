/** A kept evaluation as it is shown: recommendation, verdicts with their traces, facts, place in the record. */
import { Badge, StatusIcon } from "../../islands/components/Badge.tsx";
import { STATUS } from "../../islands/components/status.ts";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { count, type Zone } from "../../islands/format.ts";
import { factsText } from "../../islands/rule_try_model.ts";
import {
  RECOMMENDATION_LOOKS,
  RESULT_LOOKS,
  RISK_LOOKS,
} from "../../islands/rule_words.ts";
import { RuleTrace } from "../../islands/RuleTrace.tsx";
import type { KeptEvaluation, ShownResult } from "./evaluation_record.ts";
import type { Trust } from "../../domain/learning/feedback.ts";
import type { Asked } from "./asked.ts";
import { KeptPanel } from "./KeptPanel.tsx";
import { Main } from "./layout.tsx";
import type { KeptAt } from "./kept_entry.ts";
import { TrustWords } from "./TrustWords.tsx";
import { WasItRight } from "./WasItRight.tsx";

export interface EvaluationViewProps {
  readonly session: { readonly id: string; readonly title: string };
  readonly evaluation: KeptEvaluation;
  /** In the order they are shown. */
  readonly results: readonly ShownResult[];
  /** By rule id: the results that one can call right or wrong. */
  readonly judged: ReadonlyMap<string, Judged>;
  readonly messageId: string;
  readonly kept: KeptAt;
  readonly now: number;
  readonly zone: Zone;
}

/** What is asked of a result, and how far its rule can be trusted. */
export interface Judged {
  readonly asked: Asked;
  readonly trust: Trust | undefined;
}

/** Of the element that the trace of a verdict stands in. */
export function traceId(index: number): string {
  return `trace-${index}`;
}

export function EvaluationView(props: EvaluationViewProps) {
  const { session, evaluation, results, kept, now, zone } = props;
  const { judged, messageId } = props;
  const { title, name, facts } = evaluation;
  return (
    <Main>
      <div class="intro">
        <h1>{title ?? "Evaluation of rules"}</h1>
        <p class="facts">
          <span>
            Evaluated by <b>{name}</b>{" "}
            <Time at={kept.at} now={now} zone={zone} />
          </span>
          <span>
            {count(results.length, "rule", "rules")}
          </span>
          <span>
            In <a href={`/sessions/${session.id}`}>{session.title}</a>
          </span>
        </p>
      </div>
      <div class="two evaluation">
        <div class="stack">
          <Outcome evaluation={evaluation} results={results} />
          <Panel id="verdicts" title="Verdicts" end={firedWords(results)}>
            <ol class="verdicts" data-island="RuleTraces">
              {results.map((result, index) => (
                <Verdict
                  key={result.ruleId}
                  result={result}
                  index={index}
                  judged={judged.get(result.ruleId)}
                  messageId={messageId}
                />
              ))}
            </ol>
          </Panel>
        </div>
        <div class="stack">
          <Panel id="facts" title="Facts">
            <div class="pad">
              <pre
                class="given"
                tabIndex={0}
                role="region"
                aria-label="Facts as JSON"
              >
                {factsText(facts)}
              </pre>
            </div>
          </Panel>
          <KeptPanel sessionId={session.id} kept={kept} />
        </div>
      </div>
    </Main>
  );
}

const MEANS = {
  APPROVE: "No rule asks for anything else.",
  REVIEW: "Somebody should look at this.",
  BLOCK: "This should not go on as it is.",
} as const;

function Outcome(
  { evaluation: { recommendation, riskScore, riskLevel }, results }: Pick<
    EvaluationViewProps,
    "evaluation" | "results"
  >,
) {
  const { status, word } = RECOMMENDATION_LOOKS[recommendation];
  const risk = riskLevel && RISK_LOOKS[riskLevel];
  const silent =
    results.filter(({ result }) => result === "ERROR" || result === "TIMEOUT")
      .length;
  return (
    <section
      class={`panel outcome-panel ${STATUS[status].tone}`}
      aria-labelledby="outcome-title"
    >
      <h2 id="outcome-title" class="recommended">
        <StatusIcon status={status} />
        <span class="visually-hidden">Recommendation:</span> {word}
      </h2>
      <p>
        {silent > 0 && recommendation === "REVIEW"
          ? `${
            count(silent, "rule has", "rules have")
          } no answer, so it cannot pass by itself.`
          : MEANS[recommendation]}
      </p>
      <dl>
        <div>
          <dt>Risk score</dt>
          <dd>{score(riskScore)}</dd>
        </div>
        <div>
          <dt>Highest level</dt>
          <dd>
            {risk
              ? <Badge status={risk.status}>{risk.word}</Badge>
              : <span class="muted">none fired</span>}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Verdict(
  { result: verdict, index, judged, messageId }: {
    readonly result: ShownResult;
    readonly index: number;
    readonly judged: Judged | undefined;
    readonly messageId: string;
  },
) {
  const { ruleId, name, version, result, message, isKept } = verdict;
  const { status, word } = RESULT_LOOKS[result];
  const risk = RISK_LOOKS[verdict.riskLevel];
  const fired = result === "FAIL";
  return (
    <li class="verdict" id={`verdict-${index}`}>
      <h3>
        {isKept ? <a href={`/rules/${ruleId}`}>{name}</a> : name}
        <Badge status={status}>{word}</Badge>
      </h3>
      <p class="facts">
        {isKept ? <span>Version {version}</span> : (
          <span>
            <code>{ruleId}</code>, sent along, not kept as a rule
          </span>
        )}
        {fired && (
          <span>
            Score <b>{score(verdict.score)}</b>
          </span>
        )}
        <span>{risk.word} risk</span>
        {judged?.trust && <TrustWords trust={judged.trust} />}
      </p>
      {message && <p class="rule-says">{message}</p>}
      <Why verdict={verdict} index={index} />
      {judged && (
        <WasItRight asked={judged.asked} name={name} messageId={messageId} />
      )}
    </li>
  );
}

/** What fired stands open: it is what one came for. */
function Why(
  { verdict: { name, result, source, trace }, index }: {
    readonly verdict: ShownResult;
    readonly index: number;
  },
) {
  if (source === null) return null;
  return (
    <details class="details" open={result !== "PASS" && result !== "SKIPPED"}>
      <summary>
        Why<span class="visually-hidden">: {name}</span>
      </summary>
      {trace
        ? (
          <div id={traceId(index)}>
            <RuleTrace id={traceId(index)} source={source} trace={trace} />
          </div>
        )
        : (
          <div class="stack">
            <code class="text">{source}</code>
            <p class="muted">No trace of it was kept.</p>
          </div>
        )}
    </details>
  );
}

function firedWords(results: readonly ShownResult[]): string {
  const fired = results.filter(({ result }) => result === "FAIL").length;
  return `${fired} of ${results.length} fired`;
}

const scores = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 3 });

function score(value: number): string {
  return scores.format(value);
}
