/** Draws the figures over time with uPlot: one chart each, one cursor over all of them. */
import uPlot from "uplot";
import {
  figureOf,
  figureText,
  OPS_CHARTS,
  type OpsChart,
  type OpsSample,
  type OpsUnit,
} from "./ops_figures.ts";

const HEIGHT_PX = 120;
/** Seconds that a chart shows, measured or not. */
const SHOWN_S = 900;
const SYNC = "ops";

type Draw = (samples: readonly OpsSample[]) => void;

/** Puts a chart into every place for one; answers what draws them anew. */
export function drawCharts(root: HTMLElement): Draw {
  const charts = OPS_CHARTS.flatMap((chart) => {
    const place = root.querySelector<HTMLElement>(`[data-chart=${chart.id}]`);
    const plot = place?.querySelector<HTMLElement>(".ops-plot");
    return place && plot ? [drawChart(chart, place, plot)] : [];
  });
  return (samples) => {
    for (const draw of charts) draw(samples);
  };
}

function drawChart(
  { title, figures }: OpsChart,
  place: HTMLElement,
  element: HTMLElement,
): Draw {
  const { unit } = figureOf(figures[0]);
  let colours = coloursOf(place, element);
  let shown: readonly OpsSample[] = [];
  const axis = {
    stroke: () => colours.text,
    grid: { stroke: () => colours.grid, width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(element).fontFamily}`,
  };
  const plot = new uPlot(
    {
      width: Math.max(1, element.clientWidth),
      height: HEIGHT_PX,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: {
        sync: { key: SYNC },
        drag: { x: false, y: false },
        y: false,
        points: { size: 5 },
      },
      scales: {
        x: { time: true, range: () => windowOf(shown) },
        y: { range: (_, __, max) => [0, roomFor(max, unit)] },
      },
      series: [
        {},
        ...figures.map((_, place) => ({
          stroke: () => colours.lines[place],
          width: 1.5,
          points: { show: false },
          spanGaps: false,
        })),
      ],
      axes: [
        { ...axis, size: 22, space: 60, values: (_, at) => at.map(clockOf) },
        {
          ...axis,
          size: unit === "bytes" ? 58 : 50,
          space: 30,
          values: (_, values) => values.map((value) => figureText(value, unit)),
        },
      ],
      hooks: {
        setCursor: [({ cursor: { idx } }) => {
          // What one points at is said where the current figure stands.
          const at = idx == null ? undefined : shown[idx];
          if (at) sayAt(place, figures, at);
        }],
      },
    },
    [[], ...figures.map(() => [])],
    element,
  );

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    colours = coloursOf(place, element);
    plot.redraw(false);
  });
  new ResizeObserver(([{ contentRect }]) => {
    const width = Math.floor(contentRect.width);
    if (width > 0 && width !== plot.width) {
      plot.setSize({ width, height: HEIGHT_PX });
    }
  }).observe(element);

  return (samples) => {
    shown = samples;
    plot.setData([
      samples.map(({ at }) => at / 1_000),
      ...figures.map((name) => samples.map((sample) => sample[name])),
    ]);
    const last = samples.at(-1);
    if (last === undefined) return;
    const said = figures.map((name) =>
      `${figureOf(name).label} ${figureText(last[name], unit)}`
    );
    element.setAttribute(
      "aria-label",
      `${title} over time. ${said.join(", ")}`,
    );
  };
}

function sayAt(
  place: HTMLElement,
  figures: OpsChart["figures"],
  sample: OpsSample,
): void {
  for (const name of figures) {
    const output = place.querySelector(`[data-now=${name}]`);
    if (output === null) continue;
    output.textContent = figureText(sample[name], figureOf(name).unit);
  }
}

/** As the style sheet has them now: canvas knows no custom properties. */
function coloursOf(place: HTMLElement, element: HTMLElement) {
  const style = getComputedStyle(element);
  return {
    text: style.color,
    grid: style.borderBlockStartColor,
    lines: [0, 1].map((line) => {
      const key = place.querySelector(`.ops-line-${line}`);
      return key === null ? style.color : getComputedStyle(key).color;
    }),
  };
}

function windowOf(samples: readonly OpsSample[]): [number, number] {
  const end = (samples.at(-1)?.at ?? Date.now()) / 1_000;
  return [end - SHOWN_S, end];
}

/** Some air above; a flat line at zero does not fill the chart. */
function roomFor(max: number | null, unit: OpsUnit): number {
  const least = unit === "bytes" ? 1e7 : unit === "ms" ? 1 : 4;
  return Math.max(least, (max ?? 0) * 1.15);
}

function clockOf(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
  });
}
