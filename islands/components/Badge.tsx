/** A status as shape, word and colour, from the one table of them. */
import type { ComponentChildren } from "preact";
import { Icon } from "../icon.tsx";
import { STATUS, type StatusName } from "./status.ts";

export interface BadgeProps {
  readonly status: StatusName;
  /** In place of the table's word, where another says it better. */
  readonly children?: ComponentChildren;
}

export function Badge({ status, children }: BadgeProps) {
  const { icon, tone, word } = STATUS[status];
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} />
      {children ?? word}
    </span>
  );
}

/** The shape alone, where the word stands beside it anyway. */
export function StatusIcon({ status }: { readonly status: StatusName }) {
  const { icon, tone } = STATUS[status];
  return <Icon name={icon} tone={`tone-${tone}`} />;
}
