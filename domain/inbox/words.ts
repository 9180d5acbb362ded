/** What a notification is made of, and how its parts are read: stored shapes, defensively. */

export const SEVERITIES = [
  "critical",
  "high",
  "medium",
  "low",
  "info",
  "success",
] as const;
export type Severity = typeof SEVERITIES[number];

/** A publication as the socket carries it and as the log keeps it. */
export interface Told {
  readonly type: string;
  readonly channel: string;
  readonly offset: number;
  /** User id of who caused it. */
  readonly sender?: string | null;
  /** When it was made, ms since 1970. */
  readonly at?: number;
  /** The payload; null once it was erased. */
  readonly body: unknown;
}

/** What a publication comes to in words. */
export interface Words {
  readonly severity: Severity;
  readonly title: string;
  readonly body: string;
  /** Where it leads, on this site. */
  readonly href: string;
  /** It happened long before it is told of: it neither stays nor interrupts. */
  readonly isPast?: boolean;
  /** @default its own key: never the same as another */
  readonly dedupeKey?: string;
  /** The dedupeKey of what it leaves nothing to say of. */
  readonly ends?: string;
  /** It only ends that, and is itself told to nobody. */
  readonly isSilent?: boolean;
}

export type Body = Readonly<Record<string, unknown>>;

/** The words of one message type; undefined for what nobody is told of. */
export type ReadWords = (body: Body, told: Told) => Words | undefined;

/** The session whose channel it came on. */
export function sessionOf({ channel }: Told): string | undefined {
  return channel.startsWith("session:")
    ? channel.slice("session:".length)
    : undefined;
}

export function sessionPath(
  sessionId: unknown,
  otherwise = "/sessions",
): string {
  const id = text(sessionId);
  return id === undefined ? otherwise : `/sessions/${encodeURIComponent(id)}`;
}

/** Undefined for what is no text, or nothing but space. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
