/**
 * Lets the reader look back: the slider replays the record, "Older" adds its lines. Loaded
 * when somebody first does.
 */
import { isRecord } from "../realtime/client/wire.ts";
import { recordedItem } from "./recorded_event.ts";
import { type Past, PAST_FAULT, type RoomModel } from "./room_model.ts";
import { readOlder, type ReadRecord, Replay } from "./room_record.ts";

export interface PastOptions {
  readonly read: ReadRecord;
  /** Leads to the page of now, where this page does not have it. */
  readonly leave: () => void;
}

export function lookBack(room: RoomModel, { read, leave }: PastOptions): Past {
  const fault = room.pastFault;
  let replay = new Replay(read);
  let rewrites = room.rewrites.peek();
  /** The latest wish; an answer to an earlier one is not shown. */
  let wanted = 0;

  const replayTo = async (offset: number) => {
    const wish = ++wanted;
    if (offset >= room.position.peek().offset) {
      fault.value = "";
      if (room.detached) leave();
      else room.replay.value = undefined;
      return;
    }
    if (rewrites !== room.rewrites.peek()) {
      replay = new Replay(read);
      rewrites = room.rewrites.peek();
    }
    try {
      const replayed = await replay.at(offset);
      if (wish !== wanted) return;
      room.replay.value = replayed;
      fault.value = "";
    } catch {
      if (wish === wanted) fault.value = PAST_FAULT;
    }
  };

  let reading = false;
  const showOlder = async () => {
    const first = room.lines.peek()[0]?.offset ?? 1;
    if (reading || first <= 1) return;
    reading = true;
    try {
      const older = await readOlder(read, first);
      // A line may have come by another way while these were read.
      const known = new Set(room.lines.peek().map(({ offset }) => offset));
      const fresh = older.filter(({ offset }) => !known.has(offset));
      room.older.value = [...fresh, ...room.older.peek()];
      fault.value = "";
    } catch {
      fault.value = PAST_FAULT;
    } finally {
      reading = false;
    }
  };

  return {
    replayTo: (offset) => void replayTo(offset),
    showOlder: () => void showOlder(),
  };
}

/** The record over HTTP, as the API pages it. */
export function recordOver(
  channel: string,
  get: typeof fetch = fetch,
): ReadRecord {
  return async (after, limit) => {
    const name = encodeURIComponent(channel);
    const response = await get(
      `/api/v1/channels/${name}/history?after=${after}&limit=${limit}`,
    );
    if (!response.ok) {
      throw new Error(`Cannot read the record: status ${response.status}`);
    }
    const page: unknown = await response.json();
    const items = isRecord(page) && Array.isArray(page.items) ? page.items : [];
    return items.flatMap((item: unknown) => recordedItem(item, channel) ?? []);
  };
}
