/** The reader's time zone: what their browser has told in a cookie, or UTC. */
import { LRUCache } from "lru-cache";
import type { Zone } from "../../islands/format.ts";
import { cookieOf } from "../auth_identify.ts";
import type { AppContext } from "../env.ts";

export function zoneOf(c: AppContext): Zone {
  const zone = cookieOf(c.req.raw, "zone") ?? "UTC";
  return isZone(zone) ? zone : "UTC";
}

/** Zones that were tried, by name: trying one costs as much as a tenth of a page. */
const tried = new LRUCache<string, boolean>({ max: 500 });

/** A name the formatter takes; offsets such as `+01:00` are none of a browser's names. */
function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(zone)) return false;
  const known = tried.get(zone);
  if (known !== undefined) return known;
  const isOne = isFormatted(zone);
  tried.set(zone, isOne);
  return isOne;
}

function isFormatted(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
