/** Publishes at a fixed rate, each message stamped with the time it was due. */
import type { Socket } from "node:net";
import { DUE } from "./meter.ts";
import { encodeText } from "./subscribers.ts";

/** How often due messages are looked for. */
const TICK_MS = 2;
/** Frames stay well under the 64 KiB a server takes. */
const FRAME_BYTES = 32 * 1024;

export interface Load {
  readonly channel: string;
  readonly count: number;
  /** Messages per second. */
  readonly rate: number;
  /** Bytes of a whole message. */
  readonly size: number;
}

/** Sends message i when it is due, i / rate seconds after the start; what is due at once, as one frame. */
export function publish(
  socket: Socket,
  { channel, count, rate, size }: Load,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const ended = () => {
    clearInterval(timer);
    reject(new Error("The server closed the publisher's connection"));
  };
  socket.once("close", ended);
  const startedAt = performance.now();
  let sent = 0;
  const perFrame = Math.max(1, Math.floor(FRAME_BYTES / size));
  const timer = setInterval(() => {
    const due = Math.min(
      count,
      Math.floor((performance.now() - startedAt) * rate / 1000) + 1,
    );
    while (sent < due) {
      const lines: string[] = [];
      for (; sent < due && lines.length < perFrame; sent++) {
        const dueAt = (startedAt + sent * 1000 / rate).toFixed(3);
        const head =
          `{"type":"BROADCAST","channel":"${channel}","payload":{${DUE}${dueAt},"pad":"`;
        // The whole message is `size` bytes, as with the C generator's --size.
        const pad = "p".repeat(Math.max(0, size - head.length - 3));
        lines.push(`${head}${pad}"}}`);
      }
      socket.write(encodeText(lines.join("\n")));
    }
    if (sent < count) return;
    clearInterval(timer);
    socket.off("close", ended);
    resolve();
  }, TICK_MS);
  return promise;
}
