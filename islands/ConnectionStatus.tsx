/** The connection chip of every page: state in shape, word and colour; figures in a popover. */
import { signal } from "@preact/signals";
import { hydrate } from "preact";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { ConnectionDetails } from "./ConnectionDetails.tsx";
import { CONNECTING, type ConnectionModel } from "./connection_model.ts";
import { watchConnection } from "./connection_watch.ts";
import { describe } from "./connection_words.ts";
import { Icon } from "./icon.tsx";
import type { PageContext } from "./page_context.ts";

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
