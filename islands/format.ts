/** How times and names are written: the same on the server and in the browser. */

/** The server writes UTC; an island turns to the reader's own zone once it runs. */
export type Zone = "UTC" | "local";

/** `14:02`, with the day before it when that is not the day of `today`. */
export function formatTime(at: number, today: number, zone: Zone): string {
  const timeZone = zone === "UTC" ? "UTC" : undefined;
  const time = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  }).format(at);
  const day = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: sameYear(at, today) ? undefined : "numeric",
    timeZone,
  });
  return day.format(at) === day.format(today)
    ? time
    : `${day.format(at)}, ${time}`;
}

/** `14:02:07`, for "as of". */
export function formatSecond(at: number): string {
  return new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" }).format(at);
}

/** Machine-readable, for `datetime`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** At most two letters for a person: of the first and the last word. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._-]+/).filter((word) => word !== "");
  const first = letterOf(words[0]);
  return words.length > 1 ? first + letterOf(words.at(-1)) : first;
}

/** `1 entry`, `2 entries`. */
export function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;
}

function letterOf(word: string | undefined): string {
  return ([...(word ?? "")][0] ?? "?").toUpperCase();
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getUTCFullYear() === new Date(b).getUTCFullYear();
}
