/** A labelled control with its hint and, when the form was sent back, its mistake. */
import type { ComponentChildren } from "preact";
import { Icon } from "../icon.tsx";

export interface FieldProps {
  /** Of the control; the hint and the mistake are named after it. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly wrong?: string;
  /** For readers of the screen only, where the place says it to others. */
  readonly hideLabel?: boolean;
  readonly children: ComponentChildren;
}

export function Field(
  { id, label, hint, wrong, hideLabel = false, children }: FieldProps,
) {
  return (
    <div class="field">
      <label for={id} class={hideLabel ? "visually-hidden" : undefined}>
        {label}
      </label>
      {children}
      {wrong && <FieldMistake id={`${id}-mistake`}>{wrong}</FieldMistake>}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

export function FieldMistake(
  { id, children }: {
    readonly id?: string;
    readonly children: ComponentChildren;
  },
) {
  return (
    <p class="mistake" id={id} role="alert">
      <Icon name="warn" />
      {children}
    </p>
  );
}

/** Attributes that tie a control to its mistake and its hint. */
export function described(
  id: string,
  { hint, wrong }: { readonly hint?: boolean; readonly wrong?: string },
) {
  const by = [wrong && `${id}-mistake`, hint && `${id}-hint`].filter(Boolean);
  return {
    ...(wrong ? { "aria-invalid": "true" } as const : {}),
    ...(by.length > 0 ? { "aria-describedby": by.join(" ") } : {}),
  };
}
