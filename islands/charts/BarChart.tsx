/** A ranking as bars: the value, its whisker, and where the order would flip. */
// @ts-types="@types/d3-scale"
import { scaleLinear } from "d3-scale";
import type { Column } from "../components/Table.tsx";
import { Icon } from "../icon.tsx";
import { Chart } from "./Chart.tsx";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Ends of the whisker, in the unit of `value`. */
  readonly range?: readonly [low: number, high: number];
  /** The value at which its place in the order changes, and what happens there. */
  readonly flip?: { readonly at: number; readonly text: string };
}

export interface BarChartProps {
  readonly title: string;
  /** Best first. */
  readonly bars: readonly Bar[];
  /** The end of the scale. @default the largest figure shown */
  readonly max?: number;
  /** @default two digits */
  readonly format?: (value: number) => string;
}

export function BarChart(
  { title, bars, max, format = twoDigits }: BarChartProps,
) {
  const most = max ?? Math.max(0, ...bars.flatMap(figuresOf));
  const x = scaleLinear([0, most > 0 ? most : 1], [0, 100]).clamp(true);
  const at = (value: number) => Math.round(x(value) * 100) / 100;
  return (
    <Chart
      title={title}
      rows={bars}
      columns={columnsOf(bars, format)}
      keyOf={({ label }) => label}
    >
      <ol class="bars">
        {bars.map(({ label, value, range, flip }, n) => (
          <li key={label}>
            <span class="rank">{n + 1}</span>
            <span class={n === 0 ? "label first" : "label"}>{label}</span>
            <b>{format(value)}</b>
            <svg
              class="bar"
              viewBox="0 0 100 8"
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              <rect class="track" width="100" height="8" rx="2" />
              <rect
                class={n === 0 ? "value lead" : "value"}
                width={at(value)}
                height="8"
                rx="2"
              />
              {range && (
                <path
                  class="whisker"
                  d={`M${at(range[0])} 4H${at(range[1])}`}
                  vector-effect="non-scaling-stroke"
                />
              )}
              {flip && (
                <path
                  class="flip-mark"
                  d={`M${at(flip.at)} 0V8`}
                  vector-effect="non-scaling-stroke"
                />
              )}
            </svg>
            {flip && (
              <span class="flip">
                <Icon name="flip" />
                {flip.text}
              </span>
            )}
          </li>
        ))}
      </ol>
    </Chart>
  );
}

function figuresOf({ value, range = [0, 0], flip }: Bar): readonly number[] {
  return [value, ...range, flip?.at ?? 0];
}

/** Columns only for what some bar has. */
function columnsOf(
  bars: readonly Bar[],
  format: (value: number) => string,
): readonly Column<Bar>[] {
  const columns: Column<Bar>[] = [
    { key: "label", head: "Name", cell: ({ label }) => label },
    {
      key: "value",
      head: "Value",
      kind: "number",
      cell: ({ value }) => format(value),
    },
  ];
  if (bars.some(({ range }) => range)) {
    columns.push({
      key: "range",
      head: "From – to",
      kind: "number",
      cell: ({ range }) =>
        range ? `${format(range[0])} – ${format(range[1])}` : "–",
    });
  }
  if (bars.some(({ flip }) => flip)) {
    columns.push({
      key: "flip",
      head: "Flips",
      cell: ({ flip }) => flip?.text ?? "nothing flips",
    });
  }
  return columns;
}

function twoDigits(value: number): string {
  return value.toFixed(2);
}
