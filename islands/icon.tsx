/** Icons by name: shapes defined once per page in the sprite, used wherever a status is shown. */
import type { ComponentChildren } from "preact";

export type IconName =
  | "bell"
  | "check"
  | "closed"
  | "cross"
  | "critical"
  | "close"
  | "dot"
  | "flip"
  | "half"
  | "info"
  | "joined"
  | "left"
  | "low"
  | "medium"
  | "open"
  | "replay"
  | "ring"
  | "say"
  | "split"
  | "stale"
  | "wait"
  | "warn";

/** Decorative: the word beside it says the same. */
export function Icon(
  { name, tone = "" }: { readonly name: IconName; readonly tone?: string },
) {
  return (
    <svg class={`icon ${tone}`.trim()} aria-hidden="true">
      <use href={`#icon-${name}`} />
    </svg>
  );
}

/**
 * Rendered once by the layout; `Icon` points into it. Lines are drawn in the text's colour
 * by `.icon` in the stylesheet, which `use` inherits: shapes name only what differs.
 */
export function Sprite() {
  return (
    <svg class="sprite" width="0" height="0" aria-hidden="true">
      <Shape
        id="bell"
        d="M8 2a4 4 0 0 0-4 4v2.5L2.8 11h10.4L12 8.5V6a4 4 0 0 0-4-4zM6.5 13.2a1.6 1.6 0 0 0 3 0"
      />
      <Shape id="check" ring d="M5 8.2l2 2 4-4.4" />
      <Shape
        id="closed"
        d="M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5"
      />
      <Shape id="cross" ring d="M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6" />
      <Shape
        id="critical"
        filled="M5.2 1.3h5.6l3.9 3.9v5.6l-3.9 3.9H5.2l-3.9-3.9V5.2z"
      />
      <Shape id="close" d="M4 4l8 8M12 4l-8 8" />
      <Shape id="dot" filled="M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z" />
      <Shape
        id="flip"
        d="M5 13V3M2.5 5.5 5 3l2.5 2.5M11 3v10M8.5 10.5 11 13l2.5-2.5"
      />
      <Shape id="half" ring filled="M8 1.5a6.5 6.5 0 0 0 0 13z" />
      <Shape id="info" ring d="M8 7.3v3.7M8 4.9v.2" />
      <Shape id="joined" d="M9.5 2.5h4v11h-4M2 8h7M6.5 5.5 9 8l-2.5 2.5" />
      <Shape id="left" d="M6.5 2.5h-4v11h4M6.5 8h7M11 5.5 13.5 8 11 10.5" />
      <Shape id="low" filled="M1.2 6h13.6a6.8 6.8 0 0 1-13.6 0z" />
      <Shape id="medium" filled="M8 1.2 14.8 8 8 14.8 1.2 8z" />
      <Shape id="open" ring d="M8 5v6M5 8h6" />
      <Shape
        id="replay"
        d="M3.2 5.2a6 6 0 1 1-1 4M3 2v3.5h3.5M8 5v3.2l2 1.3"
      />
      <Shape id="ring" ring />
      <Shape id="say" d="M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z" />
      <Shape id="split" ring filled="M8 1.5a6.5 6.5 0 0 1 0 13z" />
      <Shape id="stale" ring d="M8 4.5V8l2.3 1.5" />
      <Shape id="wait" ring="dashed" />
      <Shape id="warn" filled="M8 1.5 15.2 14.2H.8z" />
    </svg>
  );
}

/** One symbol: a circle, a line drawing, a filled part, in this order. */
function Shape(
  { id, ring = false, d, filled }: {
    id: IconName;
    ring?: boolean | "dashed";
    d?: string;
    filled?: string;
  },
): ComponentChildren {
  return (
    <symbol id={`icon-${id}`} viewBox="0 0 16 16">
      {ring && (
        <circle
          cx="8"
          cy="8"
          r="6.5"
          stroke-dasharray={ring === "dashed" ? "2.6 2.4" : undefined}
        />
      )}
      {d && <path d={d} />}
      {filled && <path d={filled} fill="currentColor" />}
    </symbol>
  );
}
