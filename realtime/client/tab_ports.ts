/** What tabs need of the browser to share one connection, as far as they need it; and what they tell each other. */
import { isRecord } from "./wire.ts";
import type { OutboxNote } from "./outbox.ts";

/** The part of `navigator.locks` that is used. */
export interface TabLocks {
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly steal?: boolean },
    granted: () => Promise<void>,
  ): Promise<unknown>;
}

/** The part of a BroadcastChannel that is used. It never hears itself. */
export interface TabChannel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

/** What one tab tells the others. `term` names the leader that speaks or is spoken to. */
export type TabMessage =
  | { readonly tab: "ask" }
  | { readonly tab: "beat"; readonly term: number }
  | {
    readonly tab: "open";
    readonly term: number;
    readonly socket: string;
    /** The lock this tab holds while it lives. */
    readonly alive: string;
    readonly url: string;
  }
  | {
    readonly tab: "send";
    readonly term: number;
    readonly socket: string;
    readonly data: string;
  }
  | {
    readonly tab: "close";
    readonly term: number;
    readonly socket: string;
    readonly code: number;
  }
  | ToSocket
  | { readonly tab: "ready"; readonly term: number }
  | { readonly tab: "note"; readonly note: OutboxNote };

/** From the leader to one tab's socket, or to all that it carries. */
export type ToSocket =
  | {
    readonly tab: "frame";
    readonly term: number;
    readonly socket: string | undefined;
    readonly data: string;
  }
  | {
    readonly tab: "closed";
    readonly term: number;
    readonly socket: string;
    readonly code: number;
    readonly reason: string;
  };

/** Tabs run the same origin's code; another version of it uses another channel name. */
export function isTabMessage(value: unknown): value is TabMessage {
  return isRecord(value) && typeof value.tab === "string";
}
