/** The words of the connection chip: one state, one shape, one sentence. */
import type { ConnectionView } from "../realtime/client/connection_state.ts";
import type { IconName } from "./icon.tsx";

export interface ConnectionWords {
  readonly icon: IconName;
  /** On the chip. */
  readonly label: string;
  /** In the popover: what it means for the reader. */
  readonly sentence: string;
}

/** @param now On the client's clock, for the countdown. */
export function describe(view: ConnectionView, now: number): ConnectionWords {
  const { medianMs, p90Ms } = view.latency;
  switch (view.state) {
    case "connecting":
      return {
        icon: "wait",
        label: "Connecting…",
        sentence: "The page is complete; updates start in a moment.",
      };
    case "live":
      return {
        icon: "dot",
        label: medianMs === undefined
          ? "Live"
          : `Live · ${milliseconds(medianMs)}`,
        sentence: "What you see is current.",
      };
    case "slow":
      return {
        icon: "half",
        label: p90Ms === undefined ? "Slow" : `Slow · ${milliseconds(p90Ms)}`,
        sentence: "Connected, but answers take long. Updates may be late.",
      };
    case "reconnecting":
      return reconnecting(view, now);
    case "catching_up": {
      const { done = 0, total = 0 } = view.progress ?? {};
      return {
        icon: "half",
        label: `Catching up ${done}/${total}`,
        sentence:
          "Connected again. What you missed is being filled in, in order.",
      };
    }
    case "offline":
      return {
        icon: "ring",
        label: view.queued > 0 ? `Offline · ${view.queued} waiting` : "Offline",
        sentence:
          "This device has no network. What you write is kept and sent when it is back.",
      };
    case "denied":
      return view.deniedBy === "signed_out"
        ? {
          icon: "warn",
          label: "Signed out",
          sentence:
            "Sign in again to go on. What you wrote is kept on this page.",
        }
        : {
          icon: "warn",
          label: "Disconnected",
          sentence: "The server ended this connection. You can try again.",
        };
  }
}

/** Whole milliseconds; under one, that it was under one. */
export function milliseconds(ms: number): string {
  return ms < 1 ? "<1 ms" : `${Math.round(ms)} ms`;
}

function reconnecting(view: ConnectionView, now: number): ConnectionWords {
  const icon = "wait";
  if (view.restarting) {
    return {
      icon,
      label: "Server updating",
      sentence: "The server restarts. The page continues by itself.",
    };
  }
  const seconds = view.retryAt === undefined
    ? 0
    : Math.ceil((view.retryAt - now) / 1000);
  return {
    icon,
    label: seconds > 0 ? `Reconnecting… ${seconds} s` : "Reconnecting…",
    sentence:
      "The connection was lost. What you write is kept and sent when it is back.",
  };
}
