/** The positions that are kept with a messageId, in their one text. */
import type { PackedPosition } from "./packed.ts";

/** Undefined for any other text. */
export function positionsIn(
  text: string,
): readonly PackedPosition[] | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(read) || JSON.stringify(read) !== text) return undefined;
  const positions: PackedPosition[] = [];
  for (const one of read) {
    if (!Array.isArray(one) || one.length !== 3) return undefined;
    const [channel, offset, hash]: unknown[] = one;
    if (typeof channel !== "string" || typeof hash !== "string") {
      return undefined;
    }
    if (typeof offset !== "number") return undefined;
    positions.push([channel, offset, hash]);
  }
  return positions;
}
