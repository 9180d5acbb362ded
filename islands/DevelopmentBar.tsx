/**
 * The development bar: makes the connection suffer on purpose, so that recovery is seen in the
 * first minute. Only a server in development renders it, and only then its script is loaded.
 */
import type { Signal } from "@preact/signals";
import { hydrate } from "preact";
import type { Clock } from "../realtime/client/link.ts";
import { CUT_MS, Faults, SLOW_MS } from "./development_faults.ts";
import { keepOpen, makeRoom, watchBar } from "./development_live.ts";
import type {
  DevelopmentModel,
  DevelopmentState,
} from "./development_model.ts";
import type { IslandModule } from "./page_context.ts";

export function DevelopmentBar(
  { model }: { readonly model: DevelopmentModel },
) {
  const { state, open, slow, duplicate } = model;
  return (
    <section class="development" aria-label="Development bar">
      <button
        type="button"
        class="fold"
        aria-expanded={open.value ? "true" : "false"}
        aria-controls="development-tools"
        onClick={() => open.value = !open.peek()}
      >
        Development
      </button>
      <div id="development-tools" class="tools" hidden={!open.value}>
        <div class="buttons">
          <button type="button" class="button small" onClick={model.cut}>
            Cut
          </button>
          <Toggle label="Slow" on={slow} />
          <Toggle label="Duplicate" on={duplicate} />
          {state.mayRestart && (
            <button type="button" class="button small" onClick={model.restart}>
              Restart
            </button>
          )}
          {state.second && (
            <Switch
              label="Second participant"
              on={model.secondIsHere.value}
              set={model.bringSecond}
            />
          )}
        </div>
        <p class="says" role="status">{words(model)}</p>
      </div>
    </section>
  );
}

function Toggle(
  { label, on }: { readonly label: string; readonly on: Signal<boolean> },
) {
  return <Switch label={label} on={on.value} set={(next) => on.value = next} />;
}

function Switch(
  { label, on, set }: {
    readonly label: string;
    readonly on: boolean;
    readonly set: (on: boolean) => void;
  },
) {
  return (
    <label class="button small">
      <input
        type="checkbox"
        autocomplete="off"
        checked={on}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />
      {label}
    </label>
  );
}

/** What is on now, and what the last press came to. */
function words(model: DevelopmentModel): string {
  return [
    model.away.value &&
    `Network cut for ${CUT_MS / 1000} s, in all your tabs.`,
    model.slow.value &&
    `Artificially slow: ${SLOW_MS} ms more each way, only in this tab.`,
    model.duplicate.value && "Every frame arrives twice, only in this tab.",
    model.outcome.value,
  ].filter(Boolean).join(" ");
}

/**
 * Made before the client connects: its faults stand between the client and the network.
 * What it needs comes in: a module it shared with the other scripts would be cut out of
 * them as a file of its own, also in production.
 */
export function openBar(
  state: DevelopmentState,
  clock: Clock,
): IslandModule & { readonly faults: Faults } {
  const faults = new Faults(clock);
  return {
    faults,
    mount: (root, { client }) => {
      const model = watchBar(state, { client, faults });
      hydrate(<DevelopmentBar model={model} />, root);
      keepOpen(model.open);
      makeRoom(root);
    },
  };
}
