/** Many subscribers over plain TCP: they cut the stream into frames and parse no JSON. */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { encodeFrame } from "../tests/support/raw_websocket.ts";
import { type TestServer, TOKEN } from "../tests/support/server.ts";

/** Connections that are opened at the same time. */
const OPENING = 64;
const OPEN_DEADLINE_MS = 30_000;

/** Settings under which the limits of one user and one address are not what is measured. */
export const UNLIMITED: Readonly<Record<string, string>> = {
  WEBSOCKET_RATE_LIMIT: "1000000",
  WEBSOCKET_MAX_CONNECTIONS: "20000",
  WEBSOCKET_MAX_CONNECTIONS_PER_USER: "20000",
  WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS: "20000",
  // Nobody here answers heartbeats, so none comes within a run.
  WEBSOCKET_HEARTBEAT_INTERVAL: "3600000",
};

/** Opens connections of the service token, each subscribed to the channel. */
export async function openSubscribers(
  server: TestServer,
  count: number,
  channel: string,
): Promise<Socket[]> {
  const opened: Socket[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: OPENING }, async () => {
    while (next++ < count) {
      const socket = await openConnection(server);
      await subscribe(socket, channel);
      opened.push(socket);
    }
  }));
  return opened;
}

/**
 * A connection after `CONNECTION_ESTABLISHED`: of whoever signed in with the cookie, otherwise
 * of the service token.
 */
export async function openConnection(
  { port, url }: TestServer,
  cookie?: string,
): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const established = seen(socket, `"CONNECTION_ESTABLISHED"`);
  socket.write([
    "GET /ws HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: regulens.v1",
    ...cookie === undefined
      ? [`Authorization: Bearer ${TOKEN}`]
      : [`Cookie: ${cookie}`, `Origin: ${url}`],
    "\r\n",
  ].join("\r\n"));
  await established;
  return socket;
}

/** Resolves when the connection is subscribed. */
export async function subscribe(
  socket: Socket,
  channel: string,
): Promise<void> {
  const subscribed = seen(socket, `"SUBSCRIBED"`);
  const hello = { type: "SUBSCRIBE", id: 1, channel };
  socket.write(encodeText(JSON.stringify(hello)));
  await subscribed;
}

export function encodeText(text: string): Uint8Array {
  return encodeFrame(new TextEncoder().encode(text));
}

/** Hands over the payload of every frame that comes from now on; it is valid until the next one. */
export function readFrames(
  socket: Socket,
  onFrame: (payload: Buffer) => void,
): void {
  /** A frame whose end has not come. */
  let rest: Buffer | undefined;
  socket.on("data", (chunk: Buffer) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const head = headOf(bytes, at);
      if (head === undefined || at + head.skip + head.length > bytes.length) {
        break;
      }
      const start = at + head.skip;
      at = start + head.length;
      onFrame(bytes.subarray(start, at));
    }
    rest = at === bytes.length ? undefined : bytes.subarray(at);
  });
}

/** Length of a frame's head and payload; a server's frame is never masked. */
function headOf(
  bytes: Buffer,
  at: number,
): { skip: number; length: number } | undefined {
  const left = bytes.length - at;
  if (left < 2) return undefined;
  const length = bytes[at + 1];
  if (length < 126) return { skip: 2, length };
  if (left < 10) return undefined;
  if (length === 126) return { skip: 4, length: bytes.readUInt16BE(at + 2) };
  return { skip: 10, length: Number(bytes.readBigUInt64BE(at + 2)) };
}

/** Ends the connections without a word. */
export async function closeAll(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(sockets.map((socket) =>
    new Promise<void>((resolve) => {
      if (socket.closed) return resolve();
      socket.once("close", () => resolve());
      socket.destroy();
    })
  ));
}

/** Resolves when this text has come. */
function seen(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = "";
    const timer = setTimeout(
      () => settle(new Error(`No ${text} came, but: ${received}`)),
      OPEN_DEADLINE_MS,
    );
    const settle = (error?: Error) => {
      clearTimeout(timer);
      socket.off("data", read);
      socket.off("error", settle);
      socket.off("close", ended);
      if (error === undefined) resolve();
      else reject(error);
    };
    const read = (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (received.includes(text)) settle();
    };
    const ended = () => settle(new Error(`It ended before ${text}`));
    socket.on("data", read);
    socket.on("error", settle);
    socket.on("close", ended);
  });
}
