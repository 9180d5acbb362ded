/** The browser's WebSocket and timers, as the client wants them handed in. Works in Deno too. */
import type { Clock, OpenSocket } from "./link.ts";

export const openWebSocket: OpenSocket = (url, protocol, events) => {
  const socket = new WebSocket(url, protocol);
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") events.frame(data);
  };
  socket.onclose = ({ code, reason }) => events.closed(code, reason);
  return {
    send: (data) => {
      // Between close() and its event a send would throw or be lost: both mean unsent.
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    close: (code, reason) => socket.close(code, reason),
  };
};

/** performance.now does not jump when the computer's clock is set. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Asks the server who we are; used after a handshake that failed (P2). */
export async function identifyOver(
  meUrl: string,
): Promise<"signed_in" | "signed_out" | "unknown"> {
  const response = await fetch(meUrl, { cache: "no-store" });
  await response.body?.cancel();
  if (response.status === 401) return "signed_out";
  return response.ok ? "signed_in" : "unknown";
}
