/** What was said against what came, bin by bin, each with the interval its count allows. */
// @ts-types="@types/d3-scale"
import { scaleLinear } from "d3-scale";
// @ts-types="@types/d3-shape"
import { line } from "d3-shape";
import type { CalibrationBin } from "../../domain/learning/calibration.ts";
import type { Column } from "../components/Table.tsx";
import { Chart } from "./Chart.tsx";

const WIDTH = 400;
const HEIGHT = 260;
const LEFT = 48;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 40;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** A bin that holds forecasts. */
interface Told {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly predicted: number;
  readonly observed: number;
  readonly interval: readonly [low: number, high: number];
}

const toX = scaleLinear([0, 1], [LEFT, WIDTH - RIGHT]);
const toY = scaleLinear([0, 1], [HEIGHT - BOTTOM, TOP]);

export function ReliabilityCurve(
  { title, curve }: {
    readonly title: string;
    readonly curve: readonly CalibrationBin[];
  },
) {
  const bins = curve.flatMap(toldIn);
  const path = line<Told>(
    ({ predicted }) => x(predicted),
    ({ observed }) => y(observed),
  );
  return (
    <Chart
      title={title}
      rows={bins}
      columns={COLUMNS}
      keyOf={({ low }) => String(low)}
    >
      <svg class="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <Axes />
        <path class="ideal" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
        <g class="s0">
          {bins.map(({ low, predicted, interval }) => (
            <path
              key={low}
              class="spread"
              d={`M${x(predicted)} ${y(interval[0])}V${y(interval[1])}`}
            />
          ))}
          <path class="line" d={path(bins) ?? ""} />
          {bins.map(({ low, predicted, observed }) => (
            <circle
              key={low}
              class="mark"
              cx={x(predicted)}
              cy={y(observed)}
              r="3.5"
            />
          ))}
        </g>
      </svg>
    </Chart>
  );
}

function Axes() {
  const foot = HEIGHT - BOTTOM;
  return (
    <g>
      {TICKS.map((tick) => (
        <g key={tick}>
          <path class="gridline" d={`M${LEFT} ${y(tick)}H${WIDTH - RIGHT}`} />
          <text x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
            {percent(tick)}
          </text>
          <text x={x(tick)} y={foot + 14} text-anchor="middle">
            {percent(tick)}
          </text>
        </g>
      ))}
      <path class="axis" d={`M${LEFT} ${foot}H${WIDTH - RIGHT}`} />
      <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} text-anchor="middle">
        Trust before the label
      </text>
      <text
        transform={`translate(10 ${(TOP + foot) / 2}) rotate(-90)`}
        text-anchor="middle"
      >
        Right
      </text>
    </g>
  );
}

const COLUMNS: readonly Column<Told>[] = [
  {
    key: "bin",
    head: "Trust",
    cell: ({ low, high }) => `${percent(low)} – ${percent(high)}`,
  },
  {
    key: "count",
    head: "Labels",
    kind: "number",
    cell: ({ count }) => count.toLocaleString("en-GB"),
  },
  {
    key: "predicted",
    head: "Mean",
    kind: "number",
    cell: ({ predicted }) => percent(predicted),
  },
  {
    key: "observed",
    head: "Right",
    kind: "number",
    cell: ({ observed, interval }) => (
      <>
        {percent(observed)}
        <span class="range">
          {percent(interval[0])} – {percent(interval[1])}
        </span>
      </>
    ),
  },
];

function toldIn({ predicted, observed, interval95, ...bin }: CalibrationBin) {
  return predicted === null || observed === null || interval95 === null
    ? []
    : [{ ...bin, predicted, observed, interval: interval95 }];
}

function x(share: number): number {
  return Math.round(toX(share) * 10) / 10;
}

function y(share: number): number {
  return Math.round(toY(share) * 10) / 10;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
