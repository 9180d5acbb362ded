/** The development bar at work: its faults, its calls to the server, what it hears back. */
import { effect, type Signal, signal } from "@preact/signals";
import type { RealtimeClient } from "../realtime/client/client.ts";
import {
  isRecord,
  numberOf,
  parseJson,
  stringOf,
} from "../realtime/client/wire.ts";
import type { Faults } from "./development_faults.ts";
import {
  type DevelopmentModel,
  type DevelopmentState,
  idleBar,
} from "./development_model.ts";

const FOLDED = "regulens.development.folded";

export interface BarParts {
  readonly client: Pick<RealtimeClient, "on">;
  readonly faults: Faults;
}

export function watchBar(
  state: DevelopmentState,
  { client, faults }: BarParts,
): DevelopmentModel {
  const { slow, duplicate, away } = faults;
  const { second } = state;
  const secondIsHere = signal(second?.isHere ?? false);
  const outcome = signal("");
  // What was said of the last press is old news after the next.
  effect(() => {
    if (slow.value || duplicate.value || away.value) outcome.value = "";
  });
  const seen = (isHere: boolean) => {
    secondIsHere.value = isHere;
    outcome.value = isHere
      ? `${second?.name} takes part, for two minutes at most.`
      : `${second?.name} has left.`;
  };
  // The session tells: it leaves by itself too, and other tabs may send it away.
  client.on("SESSION_UPDATE", ({ channel, payload: { event, userId } }) => {
    if (channel !== `session:${second?.sessionId}`) return;
    if (userId !== second?.userId) return;
    if (event === "participant_joined") seen(true);
    if (event === "participant_left") seen(false);
  });
  return {
    ...idleBar(state),
    away,
    slow,
    duplicate,
    secondIsHere,
    outcome,
    cut: cutInAllTabs(state.userId, faults),
    restart: async () => {
      const { refused, body } = await call("POST", "/development/restart");
      outcome.value = refused ??
        `Connections closed with 4001: ${numberOf(body.connections) ?? 0}.`;
    },
    bringSecond: async (isHere) => {
      // The same refusal twice would else change nothing, and leave the box as it was pressed.
      outcome.value = "";
      const path = `/development/sessions/${second?.sessionId}/participant`;
      const { refused } = await call(isHere ? "POST" : "DELETE", path);
      if (refused === undefined) seen(isHere);
      else outcome.value = refused;
    },
  };
}

/** Remembers in this browser whether the bar is folded. */
export function keepOpen(open: Signal<boolean>): void {
  try {
    open.value = localStorage.getItem(FOLDED) === null;
    effect(() => {
      if (open.value) localStorage.removeItem(FOLDED);
      else localStorage.setItem(FOLDED, "");
    });
  } catch {
    // Storage is switched off: it starts open on each page.
  }
}

/** Tells the stylesheet the bar's height, so that nothing else at the bottom hides behind it. */
export function makeRoom(root: Element): void {
  const { style } = document.documentElement;
  new ResizeObserver(() =>
    style.setProperty("--development", `${root.clientHeight}px`)
  ).observe(root);
}

/** The socket may be held by another tab, so a cut is a cut in all of them. */
function cutInAllTabs(userId: string, faults: Faults): () => void {
  if (typeof BroadcastChannel === "undefined") return () => faults.cut();
  const tabs = new BroadcastChannel(`regulens.development:${userId}`);
  tabs.onmessage = () => faults.cut();
  return () => {
    tabs.postMessage("cut");
    faults.cut();
  };
}

/** Asks the server; `refused` is its reason, or that it cannot be reached. */
async function call(method: "POST" | "DELETE", path: string) {
  try {
    const response = await fetch(path, { method });
    const answer = parseJson(await response.text());
    const body = isRecord(answer) ? answer : {};
    if (response.ok) return { refused: undefined, body };
    return { refused: stringOf(body.detail) ?? `${response.status}`, body };
  } catch {
    return { refused: "Cannot reach the server", body: {} };
  }
}
