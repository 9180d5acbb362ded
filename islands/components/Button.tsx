/** What one presses: a link when it leads somewhere, a button when it does something. */
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";

interface Look {
  readonly kind?: "plain" | "primary" | "danger";
  readonly small?: boolean;
  /** As wide as what it stands in. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export interface ButtonProps
  extends Look, Omit<ButtonHTMLAttributes, "children" | "class" | "className"> {
}

/** Never submits by accident: a form's own button says `type="submit"`. */
export function Button(
  { kind = "plain", small, wide, children, type = "button", ...rest }:
    ButtonProps,
) {
  return (
    <button class={look({ kind, small, wide })} type={type} {...rest}>
      {children}
    </button>
  );
}

export function ButtonLink(
  { kind = "plain", small, wide, children, href, rel }: Look & {
    readonly href: string;
    readonly rel?: string;
  },
) {
  return (
    <a class={look({ kind, small, wide })} href={href} rel={rel}>
      {children}
    </a>
  );
}

function look({ kind, small, wide }: Omit<Look, "children">): string {
  return [
    "button",
    kind !== "plain" && kind,
    small && "small",
    wide && "wide",
  ].filter(Boolean).join(" ");
}
