/**
 * A question over the page: a native dialog that its button opens without scripts, modal
 * where the browser knows `command`, as a popover in those that do not yet.
 */
import type { ComponentChildren } from "preact";
import { Button, type ButtonProps } from "./Button.tsx";

export interface DialogProps {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Dialog({ id, title, children }: DialogProps) {
  return (
    <dialog
      id={id}
      class="dialog"
      popover="auto"
      closedby="any"
      aria-labelledby={`${id}-title`}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </dialog>
  );
}

type DialogButtonProps =
  & { readonly dialog: string }
  & Pick<ButtonProps, "kind" | "small" | "wide" | "children">;

export function OpenDialog({ dialog, ...look }: DialogButtonProps) {
  return (
    <Button
      {...look}
      aria-haspopup="dialog"
      commandfor={dialog}
      command="show-modal"
      popovertarget={dialog}
    />
  );
}

export function CloseDialog({ dialog, ...look }: DialogButtonProps) {
  return (
    <Button
      {...look}
      commandfor={dialog}
      command="close"
      popovertarget={dialog}
      popovertargetaction="hide"
    />
  );
}
