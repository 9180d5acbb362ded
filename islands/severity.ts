/** How a severity looks: one shape and one word for each, in toasts and inbox alike. */
import type { Severity } from "../domain/inbox/notification.ts";
import type { IconName } from "./icon.tsx";

export const SEVERITY_LOOKS = {
  critical: { icon: "critical", word: "Critical" },
  high: { icon: "warn", word: "High" },
  medium: { icon: "medium", word: "Warning" },
  low: { icon: "low", word: "Low" },
  info: { icon: "info", word: "Info" },
  success: { icon: "check", word: "Success" },
} as const satisfies Record<
  Severity,
  { readonly icon: IconName; readonly word: string }
>;
