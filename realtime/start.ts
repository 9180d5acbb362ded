/** Where a subscriber starts in a channel, and what it is told about that (P10). */
import type { Channel } from "./channel.ts";
import { SHORT_HASH } from "./frame.ts";
import type { Log } from "./log/log.ts";
import type { Since } from "./protocol.ts";

export interface SubscribeOptions {
  readonly since?: Since;
  readonly history?: number;
  readonly presence?: boolean;
}

export interface Start {
  readonly position: number;
  readonly recovered?: boolean;
  readonly diverged?: true;
}

/** Undefined when the client asked for nothing but what comes. */
export function startOf(
  channel: Channel,
  { since, history }: SubscribeOptions,
  log: Pick<Log, "read">,
): Start | undefined | Promise<Start> {
  if (channel.kind === "ephemeral") {
    return since === undefined ? undefined : {
      position: 0,
      recovered: since.epoch === channel.epoch && since.offset === 0,
    };
  }
  if (since === undefined) {
    if (history === undefined) return undefined;
    const position = Math.max(0, channel.offset - history);
    // What is no longer kept is not missed: the client asked for a number, not a position.
    if (channel.kind === "durable") return { position };
    const first = channel.history.first ?? channel.offset + 1;
    return { position: Math.max(position, first - 1) };
  }
  const lost = { position: channel.offset, recovered: false };
  const { epoch, offset, hash } = since;
  if (epoch !== channel.epoch || offset > channel.offset) return lost;
  if (channel.kind === "transient") {
    const first = channel.history.first ?? channel.offset + 1;
    return offset + 1 < first ? lost : { position: offset, recovered: true };
  }
  const found: Start = { position: offset, recovered: true };
  if (hash === undefined || offset === 0) return found;
  const known = offset === channel.offset
    ? channel.position.hash
    : channel.history.at(offset)?.hash;
  const diverged: Start = { ...lost, diverged: true };
  if (known !== undefined) return known === hash ? found : diverged;
  return log.read(channel.name, offset - 1, 1).then(
    ([entry]) =>
      entry?.offset === offset && entry.hash.slice(0, SHORT_HASH) === hash
        ? found
        : diverged,
  );
}
