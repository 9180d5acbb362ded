/** A part of a whole, with the mark it has to reach: turnout against quorum, progress. */

export interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** What the figures mean: `5 of 7`. */
  readonly text: string;
  /** Where it counts as reached, in the unit of `value`. */
  readonly mark?: { readonly at: number; readonly text: string };
}

export function Meter({ label, value, max, text, mark }: MeterProps) {
  return (
    <div class="meter">
      <span>{label}</span>
      <b>{text}</b>
      <svg
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(value, max)}
        aria-valuetext={mark ? `${text}, ${mark.text}` : text}
      >
        <rect class="track" width="100" height="8" rx="2" />
        <rect class="value" width={percent(value, max)} height="8" rx="2" />
        {mark && (
          <path
            class="mark"
            d={`M${percent(mark.at, max)} 0V8`}
            vector-effect="non-scaling-stroke"
          />
        )}
      </svg>
      {mark && <span class="note">{mark.text}</span>}
    </div>
  );
}

/** 0 to 100 with two digits; an empty whole has no part. */
function percent(value: number, max: number): number {
  if (!(max > 0)) return 0;
  return Math.round(Math.min(1, Math.max(0, value / max)) * 10_000) / 100;
}
