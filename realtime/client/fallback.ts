/**
 * Which way in: the WebSocket, and where that is blocked while HTTP works, server-sent
 * events (P27). What those take comes only where they are needed.
 */
import type { OpenSocket } from "./link.ts";

/** So many sockets in a row that never spoke, while HTTP answered, are no accident. */
export const BLOCKED_AFTER = 2;

export interface Fallback {
  readonly open: OpenSocket;
  /** What `GET /api/v1/me` said after an attempt that failed; handed back. */
  told<Answer extends string>(answer: Answer): Answer;
}

/**
 * @param load Brings what opens event streams. It calls `back` when sockets are to be tried
 * again: just before it hands over one that works, or when its stream did not speak either.
 */
export function withFallback(
  openSocket: OpenSocket,
  load: (back: () => void) => Promise<OpenSocket>,
): Fallback {
  let blocked = 0;
  let silent = false;
  let streams: OpenSocket | undefined;
  const back = () => {
    blocked = 0;
    streams = undefined;
  };
  return {
    told: (answer) => {
      const isBlocked = silent && answer === "signed_in" &&
        ++blocked === BLOCKED_AFTER;
      if (isBlocked) load(back).then((open) => streams = open, back);
      return answer;
    },
    open: (url, protocol, events) => {
      if (streams) return streams(url, protocol, events);
      silent = true;
      return openSocket(url, protocol, {
        frame: (data) => {
          silent = false;
          back();
          events.frame(data);
        },
        closed: (code, reason) => events.closed(code, reason),
      });
    },
  };
}
