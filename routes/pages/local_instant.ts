/** A wall clock time of a form, which names no zone, as a moment in the reader's zone. */
import type { Zone } from "../../islands/format.ts";

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;

/**
 * ms since 1970; undefined for what is no time. A time that a change of the clocks skips
 * is taken as if it had not, one that it repeats as one of the two.
 *
 * @param local As `datetime-local` sends it: `2026-11-23T18:00`.
 */
export function instantIn(zone: Zone, local: string): number | undefined {
  if (!LOCAL.test(local)) return undefined;
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return undefined;
  // The second guess is right where the first one lay beyond a change of the clocks.
  const guess = wall - offsetIn(zone, wall);
  return wall - offsetIn(zone, guess);
}

/** How far the zone's clocks are ahead of UTC at a moment, in ms. */
function offsetIn(zone: Zone, at: number): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wall - Math.floor(at / 1000) * 1000;
}
