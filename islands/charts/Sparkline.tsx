/**
 * A few figures in a row, oldest left, from zero up. Drawn by hand: it runs in islands of
 * every page, and d3-scale would cost more than the island.
 */

export interface SparklineProps {
  /** What the figures are; they are read out after it. */
  readonly label: string;
  readonly values: readonly number[];
  /** Places along the width; fewer figures start from the left. @default as many as there are */
  readonly places?: number;
  /** @default rounded */
  readonly format?: (value: number) => string;
}

const WIDTH = 100;
const HEIGHT = 24;

export function Sparkline(
  { label, values, places = values.length, format = rounded }: SparklineProps,
) {
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${values.map(format).join(", ") || "none"}`}
    >
      <path
        class="track"
        d={`M0 ${HEIGHT - 0.5}H${WIDTH}`}
        vector-effect="non-scaling-stroke"
      />
      <polyline
        class="line"
        points={pointsOf(values, places)}
        vector-effect="non-scaling-stroke"
      />
    </svg>
  );
}

function pointsOf(values: readonly number[], places: number): string {
  const top = Math.max(...values, 0) || 1;
  const step = WIDTH / Math.max(1, places - 1);
  return values.map((value, n) => {
    const y = HEIGHT - 2 - value / top * (HEIGHT - 4);
    return `${(n * step).toFixed(1)},${y.toFixed(1)}`;
  }).join(" ");
}

function rounded(value: number): string {
  return String(Math.round(value));
}
