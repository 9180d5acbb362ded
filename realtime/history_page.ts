/** A page of a channel's past, for readers that ask over HTTP. */
import type { Channel } from "./channel.ts";
import { lineOfEntry } from "./frame.ts";
import type { Log } from "./log/log.ts";
import { logProblem } from "./publisher.ts";

export interface HistoryPage {
  readonly epoch: string;
  /** Offset of the channel's last publication. */
  readonly head: number;
  /** The socket's envelopes, oldest first. */
  readonly items: readonly { readonly offset: number }[];
  /** Pass it as `after` to go on; null at the end. */
  readonly nextCursor: string | null;
}

/** Publications after offset `after`, at most `limit`; of a transient channel what is kept. */
export async function readHistory(
  channel: Channel,
  log: Pick<Log, "read">,
  after: number,
  limit: number,
): Promise<HistoryPage> {
  const { epoch, offset: head, name, kind, history } = channel;
  let texts: readonly string[];
  if (kind === "durable") {
    const entries = await log.read(name, after, limit).catch((error) => {
      throw logProblem(error);
    });
    texts = entries.map((entry) => lineOfEntry(entry, 0).text);
  } else {
    const before = (history.first ?? head + 1) - 1;
    const lines = history.after(Math.max(after, before), head, Infinity) ?? [];
    texts = lines.slice(0, limit).map(({ text }) => text);
  }
  const items: { offset: number }[] = texts.map((text) => JSON.parse(text));
  const last = items.at(-1)?.offset ?? head;
  const nextCursor = last < head ? String(last) : null;
  return { epoch, head: Math.max(head, last), items, nextCursor };
}
