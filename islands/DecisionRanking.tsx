/** The ranking as it follows from scores and weights: bars, and in words what stands in its way. */
import { StackedBars } from "./charts/StackedBars.tsx";
import { Button } from "./components/Button.tsx";
import { Panel } from "./components/Panel.tsx";
import type { DecisionModel } from "./decision_model.ts";
import {
  formatNumber,
  labelsOf,
  leaderWords,
  METHOD_NAMES,
  missingWords,
} from "./decision_words.ts";

interface Props {
  readonly model: DecisionModel;
}

export function DecisionRanking({ model }: Props) {
  const { state } = model.figures.value;
  return (
    <Panel
      id="ranking"
      title="Ranking"
      end={METHOD_NAMES[model.figures.value.method]}
    >
      <div class="pad stack">
        {state === "ready"
          ? <Ranked model={model} />
          : <Unranked model={model} />}
      </div>
    </Panel>
  );
}

/** Why there is no ranking, and what would make one. */
function Unranked({ model }: Props) {
  const { revealed } = model.decision.value;
  const { state, mistakes } = model.figures.value;
  if (!revealed) {
    return (
      <p>
        Hidden until the scores are revealed, so that nobody scores towards the
        result.
      </p>
    );
  }
  if (state === "incomplete") {
    const { cells, missing } = model.together.value;
    return (
      <p>
        {missing > 0
          ? missingWords(model.shown.value, cells)
          : "No analysis was stored: scores were missing."}
      </p>
    );
  }
  return (
    <>
      <p>This method cannot read the scores as they are:</p>
      <ul class="plain">
        {[...new Set(mistakes)].map((one) => <li key={one}>{one}.</li>)}
      </ul>
      <p class="muted">Another method or other scores will do.</p>
    </>
  );
}

function Ranked({ model }: Props) {
  const figures = model.figures.value;
  const decision = model.shown.value;
  const { scores, ranks, parts, dominated, best } = figures;
  const beaten = new Map(
    dominated.map(({ alternative, by }) => [alternative, by]),
  );
  const bars = model.order.value.flatMap((one) => {
    const alternative = decision.alternatives[one];
    if (!alternative || scores[one] === undefined) return [];
    return [{
      key: alternative.id,
      label: alternative.label,
      rank: ranks[one],
      value: scores[one],
      parts: parts?.[one],
      note: beaten.has(one) ? "dominated" : undefined,
    }];
  });
  const sorting = model.sorting.value;
  return (
    <>
      <p class="leads">
        <b>{leaderWords(decision, figures)}</b>
        <span class="live-only">
          <Button
            small
            aria-pressed={sorting === "ranked"}
            onClick={() => {
              model.sorting.value = sorting === "ranked" ? "listed" : "ranked";
            }}
          >
            Best first
          </Button>
        </span>
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
        parts={decision.criteria.map(({ label }) => label)}
        format={formatNumber}
      />
      {best === "lowest" && <p class="muted">Lower is better.</p>}
      <Compromise model={model} />
    </>
  );
}

function Compromise({ model }: Props) {
  const { compromise } = model.figures.value;
  if (!compromise) return null;
  const { set, needed, acceptableAdvantage, acceptableStability } = compromise;
  return (
    <ul class="plain">
      <li>
        {acceptableAdvantage
          ? "Its advantage is large enough"
          : "Its advantage is too small"}
        : {formatNumber(needed)} is asked for between first and second.
      </li>
      <li>
        {acceptableStability
          ? "It is stable: also first by the sum or by the greatest regret."
          : "It is not stable: neither first by the sum nor by the greatest regret."}
      </li>
      <li>
        {set.length === 1
          ? `${labelsOf(model.shown.value, set)} stands alone.`
          : `Compromise among ${labelsOf(model.shown.value, set)}.`}
      </li>
    </ul>
  );
}
