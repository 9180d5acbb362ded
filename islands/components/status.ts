/** How every status of the product looks: one shape, one word, one colour each. The only such table. */
import type { IconName } from "../icon.tsx";

/** A colour scale of the stylesheet. */
export type Tone =
  | "slate"
  | "red"
  | "orange"
  | "amber"
  | "jade"
  | "blue"
  | "violet"
  | "accent";

export interface StatusLook {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly word: string;
}

/** Colours repeat; shape and word tell any two apart without them. */
export const STATUS = {
  critical: { icon: "critical", tone: "red", word: "Critical" },
  high: { icon: "warn", tone: "orange", word: "High" },
  medium: { icon: "medium", tone: "amber", word: "Medium" },
  low: { icon: "low", tone: "blue", word: "Low" },
  info: { icon: "info", tone: "blue", word: "Info" },
  success: { icon: "check", tone: "jade", word: "Success" },

  approved: { icon: "check", tone: "jade", word: "Approved" },
  rejected: { icon: "cross", tone: "red", word: "Rejected" },
  pending: { icon: "wait", tone: "slate", word: "Pending" },
  split: { icon: "split", tone: "violet", word: "Contested" },
  stale: { icon: "stale", tone: "amber", word: "Stale" },

  open: { icon: "open", tone: "jade", word: "Open" },
  closed: { icon: "closed", tone: "slate", word: "Closed" },
  running: { icon: "half", tone: "accent", word: "Running" },
  failed: { icon: "cross", tone: "red", word: "Failed" },

  unread: { icon: "dot", tone: "accent", word: "Unread" },
  changed: { icon: "dot", tone: "accent", word: "Changed" },
  replay: { icon: "replay", tone: "violet", word: "Replay" },
  demo: { icon: "warn", tone: "amber", word: "Demo" },
} as const satisfies Readonly<Record<string, StatusLook>>;

export type StatusName = keyof typeof STATUS;
