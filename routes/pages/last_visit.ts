/** When the reader was here before: kept in a cookie of theirs, so the log holds no reading habits. */
import { cookieOf } from "../auth_identify.ts";
import type { AppContext } from "../env.ts";

/** Pages within this time belong to one visit, or a reload would make everything old. */
const VISIT_MS = 30 * 60 * 1000;
const YEAR_SECONDS = 365 * 24 * 3600;
const COOKIE = "visit";

interface Visits {
  /** When the visit before this one ended, ms since 1970; 0: there was none. */
  readonly before: number;
  /** The latest page of this visit. */
  readonly latest: number;
}

/** The end of the visit before this one; undefined on the first. Notes that one is here now. */
export function lastVisit(
  c: AppContext,
  userId: string,
  now: number,
): number | undefined {
  const known = visitsIn(cookieOf(c.req.raw, COOKIE), userId);
  const before = known === undefined
    ? 0
    : now - known.latest > VISIT_MS
    ? known.latest
    : known.before;
  // Whose it is stands with it: another person at this browser has seen nothing yet.
  const value = `${before}.${now}.${encodeURIComponent(userId)}`;
  const attributes = [
    `${COOKIE}=${value}`,
    `Max-Age=${YEAR_SECONDS}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Lax",
    ...(c.get("secure") ? ["Secure"] : []),
  ];
  c.header("Set-Cookie", attributes.join("; "), { append: true });
  return before === 0 ? undefined : before;
}

function visitsIn(
  value: string | undefined,
  userId: string,
): Visits | undefined {
  const [, before, latest, owner] =
    value?.match(/^(\d{1,15})\.(\d{1,15})\.(.+)$/) ?? [];
  if (owner !== encodeURIComponent(userId)) return undefined;
  return { before: Number(before), latest: Number(latest) };
}
