/** How times and names are written: the same on the server and in the browser. */

/** An IANA time zone. The server writes UTC until it knows the reader's. */
export type Zone = string;

/** Formatters by what they write; making one costs more than a whole page of using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();
/** Readers come from few zones; more than this is somebody trying names. */
const MAX_FORMATTERS = 500;

/** The zone this browser is set to. */
export function readerZone(): Zone {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `14:02`, with the day before it when that is not the day of `today`. */
export function formatTime(at: number, today: number, zone: Zone): string {
  const time = formatter(zone, "time").format(at);
  const day = formatter(zone, "day").format(at);
  const now = formatter(zone, "day").format(today);
  if (day === now) return time;
  const year = ` ${now.split(" ").at(-1)}`;
  // The year says something only when it is another one.
  return `${day.endsWith(year) ? day.slice(0, -year.length) : day}, ${time}`;
}

/** `14:02:07`, for "as of". @param zone @default the browser's */
export function formatSecond(at: number, zone?: Zone): string {
  return formatter(zone, "second").format(at);
}

/** `Monday, 23 November 2026`: heads the entries of a day. */
export function formatDay(at: number, zone: Zone): string {
  return formatter(zone, "longDay").format(at);
}

/** Machine-readable, to the second, for `datetime`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, "");
}

/** At most two letters for a person: of the first and the last word, remarks left out. */
export function initials(name: string): string {
  const plain = name.replace(/\(.*?\)/g, " ");
  const words = plain.match(/[^\s._-]+/g) ?? [name];
  const first = letterOf(words[0]);
  return words.length > 1 ? first + letterOf(words.at(-1)) : first;
}

/** `1 entry`, `2 entries`. */
export function count(n: number, one: string, many: string): string {
  return `${numbers.format(n)} ${n === 1 ? one : many}`;
}

const numbers = new Intl.NumberFormat("en-GB");

const STYLES = {
  time: { hour: "2-digit", minute: "2-digit" },
  second: { timeStyle: "medium" },
  day: { day: "numeric", month: "short", year: "numeric" },
  longDay: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

function formatter(
  timeZone: Zone | undefined,
  style: keyof typeof STYLES,
): Intl.DateTimeFormat {
  const key = `${style} ${timeZone}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", { ...STYLES[style], timeZone });
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  formatters.set(key, made);
  return made;
}

function letterOf(word: string | undefined): string {
  const [first = "?"] = word?.match(/[\p{L}\p{N}]/u) ?? [...(word ?? "")];
  return first.toUpperCase();
}
