/** User ids: which are well formed, and how one stands in a channel name (P8). */

/** Longest user id, in characters. */
export const MAX_USER_ID_LENGTH = 128;

/** Everything that may stand in a channel name as it is. */
const PLAIN = /^[A-Za-z0-9_.@+-]$/;
// Visible: no space, `/`, control, format or unassigned characters, no lone surrogates.
const WELL_FORMED = /^[^\s/\p{C}]+$/u;
const PREFIX = "user:";

/** Reports whether a text can be a user id: 1–128 visible characters without space or `/`. */
export function isUserId(text: string): boolean {
  // Code points count: a character outside the BMP is one character, though of length 2.
  return text.length <= 2 * MAX_USER_ID_LENGTH && WELL_FORMED.test(text) &&
    [...text].length <= MAX_USER_ID_LENGTH;
}

/** Names the channel of a user's own messages; undefined when the id is not well formed. */
export function userChannel(userId: string): string | undefined {
  return isUserId(userId) ? PREFIX + encodeUserId(userId) : undefined;
}

/** Percent-encodes the UTF-8 bytes of everything outside `[A-Za-z0-9_.@+-]`. */
export function encodeUserId(userId: string): string {
  let encoded = "";
  for (const character of userId) {
    encoded += PLAIN.test(character) ? character : percent(character);
  }
  return encoded;
}

/** The user id behind a `user:` channel; undefined when it is none, or not in its one spelling. */
export function userOfChannel(channel: string): string | undefined {
  if (!channel.startsWith(PREFIX)) return undefined;
  const encoded = channel.slice(PREFIX.length);
  let userId: string;
  try {
    userId = decodeURIComponent(encoded);
  } catch {
    return undefined; // a stray % or bytes that are not UTF-8
  }
  // `user:%61` would be a second channel of user `a`.
  return isUserId(userId) && encodeUserId(userId) === encoded
    ? userId
    : undefined;
}

function percent(character: string): string {
  let encoded = "";
  for (const byte of new TextEncoder().encode(character)) {
    encoded += "%" + byte.toString(16).toUpperCase().padStart(2, "0");
  }
  return encoded;
}
