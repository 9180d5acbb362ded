/** A word about the whole page or form, where it stands in the flow of the page. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icon.tsx";

export type BannerKind = "info" | "ok" | "warn" | "bad" | "state";

const ICONS = {
  info: "info",
  ok: "check",
  warn: "warn",
  bad: "critical",
  state: "replay",
} as const satisfies Readonly<Record<BannerKind, IconName>>;

export interface BannerProps {
  readonly kind: BannerKind;
  readonly children: ComponentChildren;
  /** What ends it, at its end; for `state`. */
  readonly action?: ComponentChildren;
  /** Read out when it appears: what the reader just did has failed. @default bad ones */
  readonly alert?: boolean;
}

export function Banner(
  { kind, children, action, alert = kind === "bad" }: BannerProps,
) {
  return (
    <div class={`notice ${kind}`} role={alert ? "alert" : undefined}>
      <Icon name={ICONS[kind]} />
      <p>{children}</p>
      {action}
    </div>
  );
}
