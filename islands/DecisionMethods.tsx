/** Ranks by every method side by side, how far they agree, and what one alternative less would do. */
import type { AnalysisInput } from "../domain/decisions/analyze.ts";
import { listOf, recordOf } from "../domain/read_json.ts";
import type { DecisionModel } from "./decision_model.ts";
import { type Methods, methodsOf } from "./decision_sensitivity.ts";
import {
  formatNumber,
  labelsOf,
  listed,
  METHOD_NAMES,
} from "./decision_words.ts";

interface Props {
  readonly model: DecisionModel;
  readonly input: AnalysisInput;
}

export function DecisionMethods({ model, input }: Props) {
  const compared = methodsOf(input);
  const { methods, results, agreement, unable } = compared;
  const { alternatives } = model.decision.value;
  const reversals = reversalsIn(compared);
  const title = "Rank by method";
  return (
    <>
      <p>
        {winnersIn(compared, (winners) =>
          winners.length > 3
            ? `${winners.length} together`
            : labelsOf({ alternatives }, winners))} {agreement.kendallW === null
          ? agreement.reason ?? ""
          : `Kendall’s W ${
            formatNumber(agreement.kendallW)
          }: 1 if all ranked alike.`}
      </p>
      <div class="across" tabIndex={0} role="region" aria-label={title}>
        <table class="heat">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">Alternative</th>
              {methods.map((method) => (
                <th key={method} scope="col">
                  {METHOD_NAMES[method]}
                  {method === input.method && <small>chosen</small>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {alternatives.map(({ id, label }, one) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                {results.map(({ method, ranks }) => (
                  <td
                    key={method}
                    class={ranks[one] === 1 ? "h2" : undefined}
                  >
                    {ranks[one]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {reversals.length > 0 && (
        <p>
          Without {labelsOf({ alternatives }, [alternatives.length - 1])}{" "}
          others would change places by {listed(reversals.map((method) =>
            METHOD_NAMES[method]
          ))}: an alternative that is not chosen decides about the others there.
        </p>
      )}
      {unable.length > 0 && (
        <ul class="plain muted">
          {unable.map(({ method, why }) => (
            <li key={method}>
              {METHOD_NAMES[method]} cannot read these scores: {why}.
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Who is first by how many methods, most often first. */
function winnersIn(
  { winners }: Methods,
  named: (winners: readonly number[]) => string,
): string {
  const counts = new Map<string, number>();
  for (const one of winners) {
    const names = named(one);
    counts.set(names, (counts.get(names) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const [first, ...others] = sorted.map(([names, count], n) =>
    n === 0
      ? `${names} first by ${count} of ${winners.length} methods`
      : `${names} by ${count}`
  );
  return `${[first, ...others].join(", ")}.`;
}

function reversalsIn({ methods, results }: Methods) {
  return methods.filter((_, n) => {
    const reversal = recordOf(results[n].details.rankReversal);
    return reversal?.reversed === true && listOf(reversal.pairs).length > 0;
  });
}
