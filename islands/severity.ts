/** How a severity looks in toasts and inbox: as the one table of statuses says. */
import type { Severity } from "../domain/inbox/words.ts";
import { STATUS, type StatusLook } from "./components/status.ts";

export const SEVERITY_LOOKS: Readonly<Record<Severity, StatusLook>> = STATUS;
