/** A share from 0 to 1 with its interval: a band on a scale, a mark where the mean lies. */

export interface IntervalBarProps {
  readonly mean: number;
  readonly interval: readonly [low: number, high: number];
  /** Drawn paler: so little is known that the mean says nothing yet. */
  readonly isVague?: boolean;
}

/** The figures stand beside it in words: the drawing says nothing to readers of the screen. */
export function IntervalBar({ mean, interval, isVague }: IntervalBarProps) {
  const [low, high] = interval.map(at);
  return (
    <svg
      class={isVague ? "interval vague" : "interval"}
      viewBox="0 0 100 12"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="track" y="4" width="100" height="4" rx="2" />
      <path class="half" d="M50 1V11" vector-effect="non-scaling-stroke" />
      <rect
        class="band"
        x={low}
        y="2"
        width={Math.max(high - low, 0.5)}
        height="8"
        rx="2"
      />
      <path
        class="mean"
        d={`M${at(mean)} 0V12`}
        vector-effect="non-scaling-stroke"
      />
    </svg>
  );
}

/** On a scale of 100, with two digits. */
function at(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100;
}
