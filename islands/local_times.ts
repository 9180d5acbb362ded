/**
 * Turns the times of a page from UTC to the reader's zone, and tells the server the zone:
 * from the next page on it writes them so, and nothing changes any more.
 */
import { formatTime, readerZone } from "./format.ts";

const YEAR_SECONDS = 365 * 24 * 3600;

/** Islands write their own times; the page's are turned here. */
export function showLocalTimes(page: Document, now = Date.now()): void {
  const zone = readerZone();
  const { documentElement: root } = page;
  if (root.dataset.zone !== zone) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    page.cookie =
      `zone=${zone}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
  }
  for (const time of page.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    if (time.closest("[data-island]")) continue;
    const text = formatTime(Date.parse(time.dateTime), now, zone);
    if (time.textContent !== text) time.textContent = text;
  }
  for (const mark of page.querySelectorAll("[data-utc]")) {
    if (zone !== "UTC") mark.textContent = "";
  }
}
