/** Asking the owner of a topic for what it holds, and answering as one, part by part. */
import type { Channel } from "../channel.ts";
import type { Line } from "../history.ts";
import type { Json } from "../json.ts";
import type { StreamPosition } from "../protocol.ts";
import type { After } from "../timer.ts";
import { ask } from "./ask.ts";
import type { Bus } from "./bus.ts";
import { batchesOf, linesOf, PART_BYTES } from "./topic_lines.ts";
import { Page, type Since, SUBJECTS } from "./topic_messages.ts";

/** What an owner holds of a topic. */
export interface Pulled extends StreamPosition {
  readonly claim: number;
  readonly lines: readonly Line[];
  /** The lines go on right behind the position that was asked for. */
  readonly continues: boolean;
}

interface PullOptions {
  readonly bus: Bus;
  readonly owner: string;
  readonly since: Since;
  readonly after?: After | undefined;
}

/** Everything behind `since`, or all there is; undefined when it does not answer as its owner. */
export async function pull(
  channel: string,
  { bus, owner, since, after }: PullOptions,
): Promise<Pulled | undefined> {
  let lines: Line[] = [];
  let continues = since !== null;
  let position = since;
  while (true) {
    const [said] = await ask(bus, SUBJECTS.follow, {
      channel,
      since: position,
    }, { to: owner, after });
    const page = Page.safeParse(said?.body).data;
    if (page === undefined) return undefined;
    const { epoch, from, head, claim } = page;
    // Another life, or the owner has dropped what was to come next: what it holds now counts.
    if (position?.epoch !== epoch || from !== position.offset + 1) {
      continues = false;
      lines = [];
    }
    lines.push(...linesOf(page));
    const offset = lines.at(-1)?.offset ?? from - 1;
    if (offset >= head) return { epoch, offset, claim, lines, continues };
    position = { epoch, offset };
  }
}

/** The next part of what this channel holds, for a node that stands at `since`. */
export function pageOf(channel: Channel, since: Since, claim: number): Json {
  const { epoch, offset: head, history } = channel;
  const first = history.first ?? head + 1;
  const isKnown = since?.epoch === epoch && since.offset + 1 >= first &&
    since.offset <= head;
  const after = isKnown ? since.offset : first - 1;
  const lines = history.after(after, head, PART_BYTES) ?? [];
  const [batch] = batchesOf(channel, lines);
  const none = { channel: channel.name, epoch, from: after + 1, text: "" };
  return { ...batch ?? none, head, claim };
}
