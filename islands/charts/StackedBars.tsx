/**
 * A ranking as bars made of parts, what is below zero to the left of it. Drawn by hand: it
 * runs while weights are dragged, and d3-scale would cost more than the island.
 */
import type { Column } from "../components/Table.tsx";
import { Chart } from "./Chart.tsx";
import { SHADES } from "./part_shades.ts";

export interface StackedBar {
  readonly key: string;
  readonly label: string;
  readonly rank: number;
  readonly value: number;
  /** In the order of `parts`; undefined where the value has none. */
  readonly parts?: readonly number[];
  readonly note?: string;
}

export interface StackedBarsProps {
  readonly title: string;
  /** In the order they are shown. */
  readonly bars: readonly StackedBar[];
  /** Names of the parts. */
  readonly parts: readonly string[];
  readonly format: (value: number) => string;
}

const HEIGHT = 10;

export function StackedBars(
  { title, bars, parts, format }: StackedBarsProps,
) {
  const ends = bars.flatMap(endsOf);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const width = high - low || 1;
  const at = (value: number) => Math.round((value - low) / width * 1e4) / 100;
  return (
    <Chart
      title={title}
      rows={bars}
      columns={columnsOf(bars, parts, format)}
      keyOf={({ key }) => key}
    >
      <ol class="bars stacked">
        {bars.map((bar) => (
          <li key={bar.key}>
            <span class="rank">{bar.rank}</span>
            <span class={bar.rank === 1 ? "label first" : "label"}>
              {bar.label}
              {bar.note && <small>{bar.note}</small>}
            </span>
            <b>{format(bar.value)}</b>
            <svg
              class="bar"
              viewBox={`0 0 100 ${HEIGHT}`}
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              {segmentsOf(bar).map(({ from, to, part }) => (
                <path
                  key={part}
                  class={part < 0
                    ? bar.rank === 1 ? "value lead" : "value"
                    : `shade p${part % SHADES}`}
                  d={`M${at(from)} 0H${at(to)}V${HEIGHT}H${at(from)}z`}
                />
              ))}
              {low < 0 && (
                <path
                  class="zero"
                  d={`M${at(0)} 0V${HEIGHT}`}
                />
              )}
            </svg>
          </li>
        ))}
      </ol>
    </Chart>
  );
}

interface Segment {
  readonly from: number;
  readonly to: number;
  /** Below 0 for the whole. */
  readonly part: number;
}

/** What adds goes right of zero, what takes off goes left, each after the one before. */
function segmentsOf({ value, parts }: StackedBar): readonly Segment[] {
  if (!parts) return [{ from: 0, to: value, part: -1 }];
  let right = 0;
  let left = 0;
  return parts.flatMap((size, part) => {
    if (size === 0) return [];
    const from = size > 0 ? right : left;
    if (size > 0) right += size;
    else left += size;
    return [{ from, to: from + size, part }];
  });
}

function endsOf(bar: StackedBar): readonly number[] {
  return segmentsOf(bar).map(({ to }) => to);
}

function columnsOf(
  bars: readonly StackedBar[],
  parts: readonly string[],
  format: (value: number) => string,
): readonly Column<StackedBar>[] {
  const whole: readonly Column<StackedBar>[] = [
    { key: "rank", head: "Rank", kind: "number", cell: ({ rank }) => rank },
    { key: "label", head: "Name", cell: ({ label }) => label },
    {
      key: "value",
      head: "Score",
      kind: "number",
      cell: ({ value }) => format(value),
    },
  ];
  if (!bars.some((bar) => bar.parts)) return whole;
  return [
    ...whole,
    ...parts.map((head, n): Column<StackedBar> => ({
      key: `${n}`,
      head,
      kind: "number",
      cell: ({ parts = [] }) => format(parts[n] ?? 0),
    })),
  ];
}
