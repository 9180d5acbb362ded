/** A publication as the domain folds it: our own server's, its payload is the stored body. */
import type { RecordedEvent } from "../domain/decider.ts";
import { isRecord, numberOf, stringOf } from "../realtime/client/wire.ts";

interface Published {
  readonly type: string;
  readonly channel: string;
  readonly offset: number;
  readonly v?: number;
  readonly at?: number;
  readonly sender?: string;
  readonly body: unknown;
}

export function recordedEvent(published: Published): RecordedEvent {
  const { type, v = 1, channel, offset, at = 0, sender = null } = published;
  const body = isEventBody(published.body) ? published.body : null;
  return { type, v, channel, offset, at, sender, body };
}

/** One envelope of a page of history; undefined for what is none. */
export function recordedItem(
  item: unknown,
  channel: string,
): RecordedEvent | undefined {
  if (!isRecord(item)) return undefined;
  const type = stringOf(item.type);
  const offset = numberOf(item.offset);
  if (type === undefined || offset === undefined) return undefined;
  return recordedEvent({
    type,
    channel,
    offset,
    v: numberOf(item.v),
    at: numberOf(item.at),
    sender: stringOf(item.sender),
    body: item.payload,
  });
}

function isEventBody(
  body: unknown,
): body is NonNullable<RecordedEvent["body"]> {
  return isRecord(body) && typeof body.event === "string";
}
