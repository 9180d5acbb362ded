/** Lines of a topic on their way from one node to another. */
import type { Channel } from "../channel.ts";
import { byteLength, frameEnd, joinLines } from "../frame.ts";
import type { Line } from "../history.ts";
import type { Batch } from "./topic_messages.ts";

/** Text in one message between nodes at most, unless a single line is longer, in bytes. */
export const PART_BYTES = 256 * 1024;

/** The lines, in parts that a message holds. */
export function* batchesOf(
  { name, epoch }: Channel,
  lines: readonly Line[],
): Iterable<Batch> {
  for (let start = 0; start < lines.length;) {
    const end = frameEnd(lines, start, PART_BYTES);
    const { text } = joinLines(lines, start, end);
    yield { channel: name, epoch, from: lines[start].offset, text };
    start = end;
  }
}

/** The lines of a batch. They count as published when they came: clocks differ. */
export function linesOf({ from, text }: Batch): readonly Line[] {
  if (text === "") return [];
  const publishedAt = performance.now();
  return text.split("\n").map((line, index) => ({
    offset: from + index,
    text: line,
    bytes: byteLength(line),
    publishedAt,
  }));
}

/** The newest lines behind `after`, oldest first, as many as a message holds. */
export function newestLines(channel: Channel, after: number): readonly Line[] {
  const lines: Line[] = [];
  let bytes = 0;
  for (let offset = channel.offset; offset > after; offset--) {
    const line = channel.history.at(offset);
    if (line === undefined) break;
    bytes += line.bytes + 1;
    if (bytes > PART_BYTES && lines.length > 0) break;
    lines.push(line);
  }
  return lines.reverse();
}

/** The line as it reads in another life of its topic. */
export function underEpoch(line: Line, before: string, now: string): Line {
  // The header comes before whatever the sender wrote, so the first one is it.
  const text = line.text.replace(
    `,"epoch":"${before}"`,
    () => `,"epoch":"${now}"`,
  );
  return { ...line, text, bytes: byteLength(text) };
}
