/** The connection chip of every page: state in shape, word and colour; figures in a popover. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { hydrate } from "preact";
import type { ConnectionView } from "../realtime/client/connection_state.ts";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { ConnectionDetails } from "./ConnectionDetails.tsx";
import { watchConnection } from "./connection_watch.ts";
import { describe } from "./connection_words.ts";
import { Icon } from "./icon.tsx";
import type { PageContext } from "./page_context.ts";

export interface ConnectionModel {
  readonly view: ReadonlySignal<ConnectionView>;
  /** The client's clock, ticking while a countdown is shown. */
  readonly now: ReadonlySignal<number>;
  /** What to say about a loss that lasts; undefined while there is nothing to say. */
  readonly banner: ReadonlySignal<string | undefined>;
  readonly retry: () => void;
}

/** What the server renders: true before any script has run. */
export const CONNECTING: ConnectionView = {
  state: "connecting",
  restarting: false,
  retryAt: undefined,
  lostAt: undefined,
  deniedBy: undefined,
  progress: undefined,
  latency: {
    samples: [],
    medianMs: undefined,
    p90Ms: undefined,
    p95Ms: undefined,
  },
  positions: [],
  queued: 0,
  connectionId: undefined,
  node: undefined,
};

export function ConnectionStatus(
  { model }: { readonly model: ConnectionModel },
) {
  const view = model.view.value;
  const { icon, label } = describe(view, model.now.value);
  return (
    <>
      <button
        type="button"
        class="chip"
        data-state={view.state}
        popovertarget="connection"
        aria-haspopup="dialog"
        aria-label={`Connection: ${label}`}
      >
        <Icon name={icon} />
        <span>{label}</span>
      </button>
      <ConnectionDetails model={model} />
      <ConnectionBanner model={model} />
    </>
  );
}

/** The model before any script runs, for the server and for hydration. */
export function stillConnecting(): ConnectionModel {
  return {
    view: signal(CONNECTING),
    now: signal(0),
    banner: signal(undefined),
    retry: () => {},
  };
}

export function mount(root: Element, { client }: PageContext): void {
  hydrate(<ConnectionStatus model={watchConnection(client)} />, root);
}
