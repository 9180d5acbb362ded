/** Icons by name: shapes defined once per page in the sprite, used wherever a status is shown. */

export type IconName =
  | "check"
  | "closed"
  | "dot"
  | "half"
  | "joined"
  | "left"
  | "open"
  | "ring"
  | "say"
  | "wait"
  | "warn";

/** Decorative: the word beside it says the same. */
export function Icon(
  { name, tone = "" }: { readonly name: IconName; readonly tone?: string },
) {
  return (
    <svg class={`icon ${tone}`.trim()} aria-hidden="true">
      <use href={`#${name}`} />
    </svg>
  );
}

function Ring() {
  return (
    <circle
      cx="8"
      cy="8"
      r="6.5"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
    />
  );
}

/** Rendered once by the layout; `Icon` points into it. */
export function Sprite() {
  return (
    <svg class="sprite" width="0" height="0" aria-hidden="true">
      <symbol id="check" viewBox="0 0 16 16">
        <Ring />
        <path
          d="M5 8.2l2 2 4-4.4"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </symbol>
      <symbol id="closed" viewBox="0 0 16 16">
        <path
          d="M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linejoin="round"
        />
      </symbol>
      <symbol id="dot" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5" fill="currentColor" />
      </symbol>
      <symbol id="half" viewBox="0 0 16 16">
        <Ring />
        <path d="M8 1.5a6.5 6.5 0 0 0 0 13z" fill="currentColor" />
      </symbol>
      <symbol id="joined" viewBox="0 0 16 16">
        <path
          d="M9.5 2.5h4v11h-4M2 8h7M6.5 5.5 9 8l-2.5 2.5"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </symbol>
      <symbol id="left" viewBox="0 0 16 16">
        <path
          d="M6.5 2.5h-4v11h4M6.5 8h7M11 5.5 13.5 8 11 10.5"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </symbol>
      <symbol id="open" viewBox="0 0 16 16">
        <Ring />
        <path
          d="M8 5v6M5 8h6"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
        />
      </symbol>
      <symbol id="ring" viewBox="0 0 16 16">
        <Ring />
      </symbol>
      <symbol id="say" viewBox="0 0 16 16">
        <path
          d="M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z"
          fill="none"
          stroke="currentColor"
          stroke-width="1.4"
          stroke-linejoin="round"
        />
      </symbol>
      <symbol id="wait" viewBox="0 0 16 16">
        <circle
          cx="8"
          cy="8"
          r="6.5"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-dasharray="2.6 2.4"
        />
      </symbol>
      <symbol id="warn" viewBox="0 0 16 16">
        <path d="M8 1.8 15 14H1z" fill="currentColor" />
      </symbol>
    </svg>
  );
}
