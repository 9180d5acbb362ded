/** How toasts behave in this browser: how long they stay, how many, and whether they sound. */
import { type Signal, signal } from "@preact/signals";
import { hydrate } from "preact";
import {
  DEFAULT_PREFERENCES,
  keepPreferences,
  keptPreferences,
  onPreferences,
  PACES,
  type Preferences,
} from "./notification_preferences.ts";

export interface PreferencesModel {
  readonly preferences: Signal<Preferences>;
  readonly said: Signal<string>;
}

export function InboxPreferences(
  { model }: { readonly model: PreferencesModel },
) {
  const { pace, quiet, sound } = model.preferences.value;
  const change = (news: Partial<Preferences>) => {
    const preferences = { ...model.preferences.peek(), ...news };
    model.preferences.value = preferences;
    model.said.value = keepPreferences(preferences)
      ? "Kept in this browser."
      : "This browser keeps nothing: they hold until you leave this page.";
  };
  return (
    <div class="form">
      <div class="field">
        <label for="pace">Notifications stay</label>
        <select
          id="pace"
          class="input"
          onChange={({ currentTarget }) => {
            const chosen = PACES[currentTarget.selectedIndex];
            if (chosen) change({ pace: chosen.pace });
          }}
        >
          {PACES.map((one) => (
            <option
              key={one.pace}
              value={String(one.pace)}
              selected={one.pace === pace}
            >
              {one.word}
            </option>
          ))}
        </select>
        <p class="hint">High and critical ones stay in any case.</p>
      </div>
      <div class="choices">
        <label>
          <input
            type="checkbox"
            checked={quiet}
            onChange={({ currentTarget }) =>
              change({ quiet: currentTarget.checked })}
          />
          <span>
            Quiet<small>
              Only critical ones appear; the inbox has them all.
            </small>
          </span>
        </label>
        <label>
          <input
            type="checkbox"
            checked={sound}
            onChange={({ currentTarget }) =>
              change({ sound: currentTarget.checked })}
          />
          <span>
            Sound<small>A short tone with each.</small>
          </span>
        </label>
      </div>
      <p class="hint" role="status">{model.said.value}</p>
    </div>
  );
}

/** The model before any script runs: the server does not know this browser's. */
export function unreadPreferences(): PreferencesModel {
  return { preferences: signal(DEFAULT_PREFERENCES), said: signal("") };
}

export function mount(root: Element): void {
  const model = unreadPreferences();
  hydrate(<InboxPreferences model={model} />, root);
  model.preferences.value = keptPreferences();
  onPreferences((changed) => model.preferences.value = changed);
}
