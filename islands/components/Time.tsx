/** A moment: written in UTC by the server, turned to the reader's zone once scripts run. */
import { formatTime, isoTime, type Zone } from "../format.ts";

export function Time(
  { at, now, zone = "UTC" }: {
    readonly at: number;
    /** Of this day, times stand without a date. */
    readonly now: number;
    readonly zone?: Zone;
  },
) {
  return <time dateTime={isoTime(at)}>{formatTime(at, now, zone)}</time>;
}
