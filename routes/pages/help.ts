/** Which page of the documentation helps with which page. */

/** The first that a path begins with; on the others the concepts help. */
export const HELP = [
  ["/sessions/", "/docs/polls"],
  ["/inbox", "/docs/protocol#notifications"],
  ["/alerts", "/docs/alerts"],
  ["/decisions", "/docs/decisions_live"],
  ["/rules", "/docs/rules"],
  ["/learning", "/docs/learning"],
  ["/jobs", "/docs/jobs"],
  ["/audit", "/docs/audit"],
  ["/ops/cache", "/docs/cache"],
  ["/ops", "/docs/operations/metrics"],
  ["/docs", "/docs"],
] as const;

/** @param path Of the page one is on. */
export function helpFor(path: string): string {
  const found = HELP.find(([start]) => path.startsWith(start));
  return found?.[1] ?? "/docs/concepts";
}
