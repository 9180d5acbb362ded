/** How one wants to be told, kept in this browser only. */
import { isRecord, parseJson } from "../realtime/client/wire.ts";
import type { Pace } from "./toast_queue.ts";

export interface Preferences {
  /** How long toasts stay. */
  readonly pace: Pace;
  /** Only critical ones raise a toast; the inbox has all. */
  readonly quiet: boolean;
  readonly sound: boolean;
}

export const DEFAULT_PREFERENCES: Preferences = {
  pace: 1,
  quiet: false,
  sound: false,
};

export const PACES: readonly { readonly pace: Pace; readonly word: string }[] =
  [
    { pace: 1, word: "As usual (6 to 10 seconds)" },
    { pace: 3, word: "Three times as long" },
    { pace: 10, word: "Ten times as long" },
    { pace: "never", word: "Until I dismiss them" },
  ];

const STORED_AS = "regulens.notifications";
/** Told within the page; other tabs hear `storage`. */
const CHANGED = "regulens:preferences";

/** What is kept; the defaults where it is missing, spoilt or may not be read. */
export function readPreferences(
  storage: Pick<Storage, "getItem">,
): Preferences {
  const kept = parseJson(storage.getItem(STORED_AS) ?? "");
  if (!isRecord(kept)) return DEFAULT_PREFERENCES;
  const pace = PACES.find((one) => one.pace === kept.pace)?.pace;
  return {
    pace: pace ?? DEFAULT_PREFERENCES.pace,
    quiet: kept.quiet === true,
    sound: kept.sound === true,
  };
}

export function writePreferences(
  storage: Pick<Storage, "setItem">,
  preferences: Preferences,
): void {
  storage.setItem(STORED_AS, JSON.stringify(preferences));
}

/** The browser's own; a browser that keeps nothing is asked anew on each page. */
export function keptPreferences(): Preferences {
  try {
    return readPreferences(localStorage);
  } catch {
    return DEFAULT_PREFERENCES; // storage is switched off
  }
}

/** Keeps them and tells this page and the other tabs. False when nothing can be kept here. */
export function keepPreferences(preferences: Preferences): boolean {
  try {
    writePreferences(localStorage, preferences);
  } catch {
    return false;
  }
  dispatchEvent(new Event(CHANGED));
  return true;
}

/** Hears every change, of this page and of other tabs. Hands back the stop. */
export function onPreferences(
  listener: (preferences: Preferences) => void,
): () => void {
  const stop = new AbortController();
  const changed = () => listener(keptPreferences());
  addEventListener(CHANGED, changed, { signal: stop.signal });
  addEventListener("storage", ({ key }) => {
    if (key === STORED_AS) changed();
  }, { signal: stop.signal });
  return () => stop.abort();
}
