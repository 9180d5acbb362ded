/** Where the channels stood, kept across a reload for applications that keep their own state. */
import type { RealtimeClient } from "./client.ts";
import { type ClientPosition, parseJson, parsePositions } from "./wire.ts";

/** `sessionStorage` for one tab's state, `localStorage` for one that tabs share. */
export type PositionStorage = Pick<Storage, "getItem" | "setItem">;

/** Writes the positions under `key` whenever they change. Hands back the stop. */
export function keepPositions(
  client: Pick<RealtimeClient, "onView">,
  storage: PositionStorage,
  key: string,
): () => void {
  let kept = "";
  return client.onView(({ positions }) => {
    const text = JSON.stringify(positions);
    // Before the first subscription there is nothing that may replace what is kept.
    if (positions.length === 0 || text === kept) return;
    kept = text;
    storage.setItem(key, text);
  });
}

/** The kept position of a channel, to be given as `since`. */
export function recallPosition(
  storage: PositionStorage,
  key: string,
  channel: string,
): ClientPosition | undefined {
  const found = parsePositions(parseJson(storage.getItem(key) ?? "")).find(
    (one) => one.channel === channel,
  );
  if (!found) return undefined;
  const { channel: _, ...position } = found;
  return position;
}
