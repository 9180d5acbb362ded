/** Who reads a page; nobody is sent to sign in, and back afterwards. */
import type { User } from "../../realtime/user.ts";
import type { AppContext } from "../env.ts";

/** The user, or the redirect that leads to one. */
export function signedIn(c: AppContext): User | Response {
  const user = c.get("user");
  if (user) return user;
  // A form that was posted while signed out cannot be replayed: only pages are returned to.
  const { pathname, search } = new URL(c.req.url);
  const next = c.req.method === "GET" ? pathname + search : "/";
  const query = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
  return c.redirect(`/login${query}`, 303);
}
