/** What a new owner of a topic goes on with: the most that any node holds of the life before. */
import type { Channel } from "../channel.ts";
import type { Line } from "../history.ts";
import type { After } from "../timer.ts";
import { ask } from "./ask.ts";
import type { Bus } from "./bus.ts";
import { linesOf, underEpoch } from "./topic_lines.ts";
import { Batch, SUBJECTS } from "./topic_messages.ts";

/** How long nodes that do not answer are waited for, in ms. */
const ANSWER_MS = 500;

interface HeritageOptions {
  readonly bus: Bus;
  /** What this node holds itself. */
  readonly channel: Channel | undefined;
  /** The life before; undefined when there was none. */
  readonly previous: string | undefined;
  /** The life that begins. */
  readonly epoch: string;
  readonly after: After;
}

/** The lines as they read in the new life, and its first head. */
export async function inherited(
  name: string,
  { bus, channel, previous, epoch, after }: HeritageOptions,
): Promise<{ readonly lines: readonly Line[]; readonly offset: number }> {
  const own = channel === undefined ? [] : linesIn(channel);
  const offset = channel?.offset ?? 0;
  // An older life counts only where nobody knows anything of the one before.
  const holds = channel?.epoch === previous ? offset : 0;
  let best = { lines: own, offset, epoch: channel?.epoch ?? epoch };
  if (previous !== undefined) {
    const question = { channel: name, epoch: previous, after: holds };
    const options = { timeoutMs: ANSWER_MS, after };
    let most = holds;
    for (const { body } of await ask(bus, SUBJECTS.kept, question, options)) {
      const batch = Batch.safeParse(body).data;
      const lines = batch === undefined ? [] : linesOf(batch);
      const last = lines.at(-1)?.offset ?? 0;
      if (last <= most) continue;
      most = last;
      const goesOn = holds > 0 && lines[0].offset === holds + 1;
      best = {
        lines: goesOn ? [...own, ...lines] : lines,
        offset: last,
        epoch: previous,
      };
    }
  }
  const lines = best.lines.map((line) => underEpoch(line, best.epoch, epoch));
  return { lines, offset: best.offset };
}

function linesIn({ history, offset }: Channel): readonly Line[] {
  const before = (history.first ?? offset + 1) - 1;
  return history.after(before, offset, Infinity) ?? [];
}
