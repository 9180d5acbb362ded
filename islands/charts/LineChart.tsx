/** Lines over two axes; with `ideal` a reliability chart: what was said against what came. */
// @ts-types="@types/d3-scale"
import { type ScaleLinear, scaleLinear } from "d3-scale";
// @ts-types="@types/d3-shape"
import {
  line,
  symbol,
  symbolCircle,
  symbolSquare,
  symbolTriangle,
} from "d3-shape";
import type { Column } from "../components/Table.tsx";
import { Chart } from "./Chart.tsx";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly label: string;
  /** In the order they are joined. */
  readonly points: readonly Point[];
}

export interface Axis {
  readonly label: string;
  readonly domain: readonly [from: number, to: number];
  /** @default up to three digits */
  readonly format?: (value: number) => string;
}

export interface LineChartProps {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** At most three: each has a shape, a dash and a colour of its own. */
  readonly lines: readonly Line[];
  /** Draws the diagonal on which what was said is what came. */
  readonly ideal?: boolean;
}

const WIDTH = 400;
const HEIGHT = 240;
const LEFT = 44;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 40;
const SHAPES = [symbolCircle, symbolSquare, symbolTriangle];
/** Area of a mark, in units of the drawing. */
const MARK = 40;

export function LineChart({ title, x, y, lines, ideal }: LineChartProps) {
  const toX = scaleLinear(x.domain, [LEFT, WIDTH - RIGHT]);
  const toY = scaleLinear(y.domain, [HEIGHT - BOTTOM, TOP]);
  const path = line<Point>(({ x }) => round(toX(x)), ({ y }) => round(toY(y)));
  const shown = lines.slice(0, SHAPES.length);
  return (
    <Chart
      title={title}
      rows={rowsOf(shown)}
      columns={columnsOf(x, y)}
      keyOf={({ key }) => key}
    >
      <svg class="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <XAxis axis={x} scale={toX} />
        <YAxis axis={y} scale={toY} />
        {ideal && (
          <path
            class="ideal"
            d={path([0, 1].map((n) => ({ x: x.domain[n], y: y.domain[n] }))) ??
              ""}
          />
        )}
        {shown.map(({ label, points }, n) => (
          <g key={label} class={`s${n}`}>
            <path class={`line s${n}`} d={path([...points]) ?? ""} />
            {points.map((point) => (
              <path
                key={`${point.x} ${point.y}`}
                class="mark"
                transform={`translate(${round(toX(point.x))} ${
                  round(toY(point.y))
                })`}
                d={markOf(n)}
              />
            ))}
          </g>
        ))}
      </svg>
      {shown.length > 1 && <Legend lines={shown} />}
    </Chart>
  );
}

type Scale = ScaleLinear<number, number>;

function XAxis({ axis, scale }: { axis: Axis; scale: Scale }) {
  const { label, format = plain } = axis;
  const foot = HEIGHT - BOTTOM;
  return (
    <g>
      <path class="axis" d={`M${LEFT} ${foot}H${WIDTH - RIGHT}`} />
      {scale.ticks(5).map((tick) => (
        <text
          key={tick}
          x={round(scale(tick))}
          y={foot + 14}
          text-anchor="middle"
        >
          {format(tick)}
        </text>
      ))}
      <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} text-anchor="middle">
        {label}
      </text>
    </g>
  );
}

function YAxis({ axis, scale }: { axis: Axis; scale: Scale }) {
  const { label, format = plain } = axis;
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  return (
    <g>
      {scale.ticks(4).map((tick) => (
        <g key={tick}>
          <path
            class="gridline"
            d={`M${LEFT} ${round(scale(tick))}H${WIDTH - RIGHT}`}
          />
          <text x={LEFT - 6} y={round(scale(tick)) + 4} text-anchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      <text
        transform={`translate(10 ${middle}) rotate(-90)`}
        text-anchor="middle"
      >
        {label}
      </text>
    </g>
  );
}

function Legend({ lines }: { lines: readonly Line[] }) {
  return (
    <ul class="legend">
      {lines.map(({ label }, n) => (
        <li key={label} class={`s${n}`}>
          <svg class="plot" viewBox="0 0 24 12" aria-hidden="true">
            <path class={`line s${n}`} d="M0 6H24" />
            <path class="mark" transform="translate(12 6)" d={markOf(n)} />
          </svg>
          <span>{label}</span>
        </li>
      ))}
    </ul>
  );
}

interface Row extends Point {
  readonly key: string;
  readonly label: string;
}

function rowsOf(lines: readonly Line[]): readonly Row[] {
  return lines.flatMap(({ label, points }) =>
    points.map((point, n) => ({ ...point, label, key: `${label} ${n}` }))
  );
}

function columnsOf(x: Axis, y: Axis): readonly Column<Row>[] {
  const { format: formatX = plain } = x;
  const { format: formatY = plain } = y;
  return [
    { key: "label", head: "Line", cell: ({ label }) => label },
    {
      key: "x",
      head: x.label,
      kind: "number",
      cell: (row) => formatX(row.x),
    },
    {
      key: "y",
      head: y.label,
      kind: "number",
      cell: (row) => formatY(row.y),
    },
  ];
}

function markOf(n: number): string {
  return symbol(SHAPES[n], MARK)() ?? "";
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function plain(value: number): string {
  return value.toLocaleString("en-GB", { maximumFractionDigits: 3 });
}
