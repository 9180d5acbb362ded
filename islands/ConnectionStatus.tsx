/** The connection chip of every page: state in shape, word and colour; figures in a popover. */
import { type ComponentChildren, hydrate } from "preact";
import { AS_MADE, onceIdle } from "./as_made.ts";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import type { ConnectionModel } from "./connection_model.ts";
import { watchConnection } from "./connection_watch.ts";
import { describe } from "./connection_words.ts";
import { Icon } from "./icon.tsx";
import type { PageContext } from "./page_context.ts";

export function ConnectionStatus(
  { model, details }: {
    readonly model: ConnectionModel;
    /** For the server alone: in the browser they are a root of their own. */
    readonly details?: ComponentChildren;
  },
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
      <div
        id="connection"
        class="popover"
        popover="auto"
        role="dialog"
        aria-labelledby="connection-title"
        {...details ? { children: details } : {
          dangerouslySetInnerHTML: AS_MADE,
        }}
      />
      <ConnectionBanner model={model} />
    </>
  );
}

export function mount(root: Element, { client }: PageContext): void {
  const model = watchConnection(client);
  hydrate(<ConnectionStatus model={model} />, root);
  const place = root.querySelector("#connection");
  if (!place) return;
  let loading: Promise<void> | undefined;
  const load = () => {
    loading ??= import("./ConnectionDetails.tsx")
      .then(({ showDetails }) => showDetails(place, model))
      .catch(() => loading = undefined);
  };
  place.addEventListener("beforetoggle", load);
  onceIdle(load);
}
