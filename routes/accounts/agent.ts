/** What a browser is, in the words of a list of sign-ins: enough to know one's own. */

const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;

const SYSTEMS = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
] as const;

/** Such as "Firefox on Linux"; never the header itself, which tells more than it needs to. */
export function agentOf(request: Request): string {
  const header = request.headers.get("user-agent") ?? "";
  const named = (list: typeof BROWSERS | typeof SYSTEMS) =>
    list.find(([mark]) => header.includes(mark))?.[1];
  const browser = named(BROWSERS);
  const system = named(SYSTEMS);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? "";
}
