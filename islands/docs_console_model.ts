/** What the event console keeps and says: the lines of a connection, what to answer, what to send. */

/** Lines that are kept; older ones go. */
export const MAX_LINES = 500;

export interface ConsoleLine {
  readonly way: "sent" | "received" | "note";
  /** Message type, and channel and offset where it has them. */
  readonly title: string;
  /** The whole message, on lines of its own; "" for a note. */
  readonly text: string;
}

/** Every message of a frame as a line, and the answers it asks for (P4, P15). */
export function linesOf(frame: string): {
  readonly lines: readonly ConsoleLine[];
  readonly answers: readonly string[];
} {
  const lines: ConsoleLine[] = [];
  const answers: string[] = [];
  for (const text of frame.split("\n")) {
    const line = lineOf("received", text);
    lines.push(line);
    const message = read(text);
    if (message?.type === "HEARTBEAT" && typeof message.id === "number") {
      answers.push(JSON.stringify({ type: "HEARTBEAT", ref: message.id }));
    }
  }
  return { lines, answers };
}

export function lineOf(way: ConsoleLine["way"], text: string): ConsoleLine {
  const message = read(text);
  if (!message) return { way, title: "not JSON", text };
  const { type, channel, offset, id, ref } = message;
  const named = [
    type,
    channel,
    typeof offset === "number" ? `#${offset}` : undefined,
    typeof id === "number" ? `id ${id}` : undefined,
    typeof ref === "number" ? `to ${ref}` : undefined,
  ];
  return {
    way,
    title: named.filter((one) => typeof one === "string").join(" · "),
    text: JSON.stringify(message, null, 2),
  };
}

export function noteOf(title: string): ConsoleLine {
  return { way: "note", title, text: "" };
}

/**
 * One line of JSON that the protocol can take, from what was typed; a request without an
 * `id` gets the next one, so that it is answered (P6).
 */
export function messageFrom(
  typed: string,
  nextId: number,
): { readonly text: string } | { readonly mistake: string } {
  let value: unknown;
  try {
    value = JSON.parse(typed);
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : "not JSON" };
  }
  if (!isRecord(value) || typeof value.type !== "string") {
    return { mistake: "A message is an object with a type" };
  }
  const { type, ...rest } = value;
  return { text: JSON.stringify({ type, id: nextId, ...rest }) };
}

/** Why the socket closed, in words for the reader. */
export function closedWords(code: number, reason: string): string {
  const words = CLOSED[code] ?? "";
  return ["Closed", String(code), words, reason].filter(Boolean).join(" · ");
}

const CLOSED: Readonly<Record<number, string>> = {
  1000: "as asked",
  1006: "no word from the server",
  4001: "the server restarts",
  4008: "a heartbeat was missed",
  4009: "too slow",
  4029: "too fast",
  4501: "signed out",
  4503: "forbidden",
  4508: "against the protocol",
};

function read(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
