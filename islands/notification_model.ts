/** What the toasts show, apart from how; and the state a page carries for them. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Notification } from "../domain/inbox/notification.ts";
import type { NamedPosition } from "../realtime/client/wire.ts";
import type { Pause, Toast } from "./toast_queue.ts";

export interface NotificationState {
  readonly userId: string;
  readonly unread: number;
  /** Where the page read the channels of the inbox. */
  readonly positions: readonly NamedPosition[];
  /** Not acknowledged yet and there to stay, oldest first. */
  readonly sticky: readonly Notification[];
}

export interface ToastsModel {
  readonly toasts: ReadonlySignal<readonly Toast[]>;
  /** How many wait for a place. */
  readonly waiting: ReadonlySignal<number>;
  /** Takes it away; one that stays is still unread then. */
  readonly dismiss: (toast: Toast) => void;
  /** Takes it away as acknowledged. */
  readonly acknowledge: (toast: Toast) => void;
  readonly pause: (reason: Pause) => void;
  readonly resume: (reason: Pause) => void;
}

/** The model before any script runs, for the server and for hydration. */
export function noToasts(): ToastsModel {
  const nothing = () => {};
  return {
    toasts: signal([]),
    waiting: signal(0),
    dismiss: nothing,
    acknowledge: nothing,
    pause: nothing,
    resume: nothing,
  };
}
