/** A kept analysis as it is shown: ranking, matrix with weights, working, place in the record. */
import { StackedBars } from "../../islands/charts/StackedBars.tsx";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { type Figures, rankedOrder } from "../../islands/decision_figures.ts";
import { METHOD_HELP } from "../../islands/decision_methods.ts";
import { sharesOf } from "../../islands/decision_weights.ts";
import {
  formatNumber,
  formatShare,
  labelsOf,
  leaderWords,
  METHOD_NAMES,
} from "../../islands/decision_words.ts";
import type { Zone } from "../../islands/format.ts";
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import type { KeptAnalysis } from "./analysis_record.ts";
import { AnalysisWorking } from "./AnalysisWorking.tsx";
import { KeptPanel } from "./KeptPanel.tsx";
import { Main } from "./layout.tsx";
import type { KeptAt } from "./kept_entry.ts";

export interface AnalysisViewProps {
  readonly session: { readonly id: string; readonly title: string };
  readonly analysis: KeptAnalysis;
  readonly decision: LiveDecision;
  readonly figures: Figures;
  readonly kept: KeptAt;
  readonly now: number;
  readonly zone: Zone;
}

export function AnalysisView(props: AnalysisViewProps) {
  const { session, analysis, kept, now, zone } = props;
  const { title, name, method } = analysis;
  return (
    <Main>
      <div class="intro">
        <h1>{title ?? "Analysis"}</h1>
        <p class="facts">
          <span>
            Run by <b>{name}</b> <Time at={kept.at} now={now} zone={zone} />
          </span>
          <span>
            Method <b>{METHOD_NAMES[method]}</b>
          </span>
          <span>
            In <a href={`/sessions/${session.id}`}>{session.title}</a>
          </span>
        </p>
      </div>
      <div class="two evaluation">
        <div class="stack">
          <Ranking {...props} />
          <Values analysis={analysis} />
          <AnalysisWorking analysis={analysis} />
        </div>
        <div class="stack">
          <Panel id="method" title="Method">
            <div class="pad form">
              <p>
                <b>{METHOD_NAMES[method]}.</b> {METHOD_HELP[method]}
              </p>
              <Parameters analysis={analysis} />
            </div>
          </Panel>
          <KeptPanel sessionId={session.id} kept={kept} />
        </div>
      </div>
    </Main>
  );
}

function Ranking({ analysis, decision, figures }: AnalysisViewProps) {
  const { scores, ranks, alternatives, criteria } = analysis;
  const { parts, dominated, best } = figures;
  const beaten = new Set(dominated.map(({ alternative }) => alternative));
  // What was stored counts, whatever today's engine would make of it.
  const bars = rankedOrder(ranks).map((one) => ({
    key: `${one}`,
    label: alternatives[one] ?? "?",
    rank: ranks[one],
    value: scores[one] ?? 0,
    parts: parts?.[one],
    note: beaten.has(one) ? "dominated" : undefined,
  }));
  return (
    <Panel id="ranking" title="Ranking" end={METHOD_NAMES[analysis.method]}>
      <div class="pad stack">
        <p>
          <b>{leaderWords(decision, { ...figures, ranks })}</b>
        </p>
        {dominated.length > 0 && (
          <ul class="plain">
            {dominated.map(({ alternative, by }) => (
              <li key={alternative}>
                {labelsOf(decision, [alternative])}{" "}
                is dominated: nowhere better than{" "}
                {labelsOf(decision, by, "or")}, whatever the weights.
              </li>
            ))}
          </ul>
        )}
        <StackedBars
          title={parts ? "Score, by what each criterion adds" : "Score"}
          bars={bars}
          parts={criteria}
          format={formatNumber}
        />
        {best === "lowest" && <p class="muted">Lower is better.</p>}
      </div>
    </Panel>
  );
}

function Values({ analysis }: { readonly analysis: KeptAnalysis }) {
  const { matrix, alternatives, criteria, directions, weights } = analysis;
  const shares = sharesOf(weights);
  const rows = matrix.map((values, i) => ({ label: alternatives[i], values }));
  type Row = typeof rows[number];
  const columns: Column<Row>[] = [
    {
      key: "name",
      head: "Alternative",
      kind: "name",
      cell: (row) => row.label,
    },
    ...criteria.map((label, j): Column<Row> => ({
      key: `${j}`,
      kind: "number",
      head: (
        <>
          {label}
          <small>
            {directions[j] === "cost" ? "less" : "more"} is better, weight{" "}
            {formatShare(shares[j])} %
          </small>
        </>
      ),
      cell: ({ values }) => formatNumber(values[j]),
    })),
  ];
  return (
    <Panel id="matrix" title="Values and weights">
      <div
        class="across"
        tabIndex={0}
        role="region"
        aria-label="Values by criterion"
      >
        <Table
          label="Value of each alternative by each criterion"
          columns={columns}
          rows={rows}
          keyOf={({ label }) => label}
        />
      </div>
    </Panel>
  );
}

function Parameters({ analysis }: { readonly analysis: KeptAnalysis }) {
  const given = Object.entries(analysis.params);
  if (given.length === 0) {
    return <p class="muted">With its usual parameters.</p>;
  }
  return (
    <dl class="pairs">
      {given.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd class="mono">
            {typeof value === "string" ? value : JSON.stringify(value)}
          </dd>
        </>
      ))}
    </dl>
  );
}
