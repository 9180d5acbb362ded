/** What SMAA found: how often each alternative takes each rank, and which weights make it first. */
import { listOf, numberOf, recordOf } from "../../domain/read_json.ts";
import type { Json } from "../../domain/decider.ts";

/** Ranks shown as columns; what comes behind them is rarely asked about. */
const MAX_RANKS = 12;

export function JobSmaa({ result }: { readonly result: Json }) {
  const details = recordOf(recordOf(result)?.details);
  const rows = listOf(details?.rankAcceptability).map(numbersOf);
  if (rows.length === 0) return null;
  const weights = listOf(details?.centralWeights).map(numbersOf);
  const samples = numberOf(details?.samples);
  const ranks = Math.min(MAX_RANKS, Math.max(...rows.map((row) => row.length)));
  return (
    <div class="job-wide" tabIndex={0} role="region" aria-label="Ranks">
      <table class="table job-heat">
        <caption>
          How often each takes each rank
          {samples !== null &&
            `, in ${samples.toLocaleString("en-GB")} drawn sets of weights`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Alternative</th>
            {Array.from(
              { length: ranks },
              (_, n) => (
                <th key={n} scope="col" class="num">
                  Rank {n + 1}
                </th>
              ),
            )}
            <th scope="col">First with weights around</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, n) => (
            <tr key={n}>
              <th scope="row">Alternative {n + 1}</th>
              {row.slice(0, ranks).map((share, rank) => (
                <td key={rank} class={`num job-heat-${heat(share)}`}>
                  {percent(share)}
                </td>
              ))}
              <td class="job-weights">
                {weights[n]?.length ? weights[n].map(percent).join(" · ") : "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {(rows[0]?.length ?? 0) > ranks && (
        <p class="job-note">Ranks behind {ranks} stand in the JSON.</p>
      )}
    </div>
  );
}

function numbersOf(row: Json): readonly number[] {
  return listOf(row).map((one) => numberOf(one) ?? 0);
}

/** 0 to 5: how strongly a cell is coloured. */
function heat(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 5);
}

/** Whole percent; what is there but rounds to none is `<1 %`. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  return share > 0 && whole === 0 ? "<1 %" : `${whole} %`;
}
