/** The figures of this node as a table, and the places where scripts draw them over time. */
import { Panel } from "../../islands/components/Panel.tsx";
import {
  figureText,
  highestOf,
  OPS_CHARTS,
  OPS_FIGURES,
  type OpsSample,
} from "../../islands/ops_figures.ts";

/** Filled by scripts alone: without them the table below says all there is. */
export function OpsCharts() {
  return (
    <div class="ops-charts" id="ops-charts" data-island="OpsCharts">
      {OPS_CHARTS.map(({ id, title, figures, keys }) => (
        <figure key={id} class="ops-chart" data-chart={id}>
          <figcaption>
            <b>{title}</b>
            <span class="ops-keys">
              {figures.map((name, place) => (
                <span key={name} class={`ops-line-${place}`}>
                  {keys && <span class="ops-key-name">{keys[place]}</span>}
                  <output data-now={name}>–</output>
                </span>
              ))}
            </span>
          </figcaption>
          <div class="ops-plot" role="img" aria-label={`${title} over time`} />
        </figure>
      ))}
    </div>
  );
}

export function OpsTable(
  { samples }: { readonly samples: readonly OpsSample[] },
) {
  const now = samples.at(-1);
  return (
    <Panel
      id="now"
      title="All figures"
      end="Every second, for fifteen minutes"
    >
      <table class="table">
        <caption class="visually-hidden">Figures of this node</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" class="num">Now</th>
            <th scope="col" class="num">Highest</th>
          </tr>
        </thead>
        <tbody>
          {OPS_FIGURES.map(({ name, label, unit }) => (
            <tr key={name}>
              <th scope="row">{label}</th>
              <td class="num" data-now={name}>
                {figureText(now?.[name] ?? null, unit)}
              </td>
              <td class="num" data-highest={name}>
                {figureText(highestOf(samples, name), unit)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
