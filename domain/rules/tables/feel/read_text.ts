/** Texts as dates, times and durations, by the library; what it cannot read is null. */
import { duration, parseDate, parseDateTime, parseTime } from "feelin";

/** `2024-02-29` */
export const readDate = safe(parseDate);
/** `10:30:00`, `10:30:00+01:00`, `10:30:00@Europe/Paris` */
export const readTime = safe(parseTime);
/** `2024-02-29T10:30:00Z` */
export const readDateAndTime = safe(parseDateTime);
/** `P1Y2M`, `P2DT3H` */
export const readDuration = safe(duration);

/** The library throws at what it does not know, such as years before our era. */
function safe<Value>(
  read: (text: string) => Value | null,
): (text: string) => Value | null {
  return (text) => {
    try {
      return read(text);
    } catch {
      return null;
    }
  };
}
