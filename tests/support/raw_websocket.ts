/** WebSocket by hand over TCP: abuse the handshake, send broken frames, or stop reading. */
import { DEADLINE_MS, type Envelope, within } from "./socket_client.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

export interface Frame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly payload: Uint8Array;
}

export interface FrameOptions {
  readonly opcode?: number;
  /** @default true */
  readonly fin?: boolean;
  /** Clients must mask; false breaks that rule. @default true */
  readonly mask?: boolean;
  /** The three reserved bits, 0 to 7. @default 0 */
  readonly reserved?: number;
  /** Length written in the header, to lie about it. @default the payload's */
  readonly length?: number | bigint;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
}

export interface RequestOptions {
  /** @default "GET" */
  readonly method?: string;
  /** @default "/ws" */
  readonly path?: string;
  /** Over the headers of a sound handshake; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** Sends one upgrade request and hands back the answer's head; the connection is closed. */
export async function handshake(
  port: number,
  options: RequestOptions = {},
): Promise<HttpAnswer> {
  using socket = await RawWebSocket.request(port, options);
  return socket.answer;
}

export class RawWebSocket implements Disposable {
  #buffer = new Uint8Array(0);
  #closed = false;

  private constructor(
    readonly conn: Deno.TcpConn,
    public answer: HttpAnswer,
  ) {}

  /** Sends an upgrade request and reads the head of whatever is answered. */
  static async request(
    port: number,
    options: RequestOptions = {},
  ): Promise<RawWebSocket> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const headers: Record<string, string | null> = {
      Host: `127.0.0.1:${port}`,
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...options.headers,
    };
    const lines = Object.entries(headers)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = new RawWebSocket(conn, {
      status: 0,
      headers: new Headers(),
    });
    try {
      await socket.write(encoder.encode(
        `${options.method ?? "GET"} ${options.path ?? "/ws"} HTTP/1.1\r\n${
          lines.join("")
        }\r\n`,
      ));
      socket.answer = await within(
        socket.#readHead(),
        DEADLINE_MS,
        "the answer to a handshake",
      );
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** A connection that must be accepted. */
  static async open(
    port: number,
    options: RequestOptions = {},
  ): Promise<RawWebSocket> {
    const socket = await RawWebSocket.request(port, options);
    if (socket.answer.status !== 101) {
      socket.close();
      throw new Error(`The handshake was answered ${socket.answer.status}`);
    }
    return socket;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.conn.write(bytes.subarray(sent));
    }
  }

  sendFrame(
    payload: Uint8Array | string,
    options: FrameOptions = {},
  ): Promise<void> {
    const bytes = typeof payload === "string"
      ? encoder.encode(payload)
      : payload;
    return this.write(encodeFrame(bytes, options));
  }

  send(message: Record<string, unknown>): Promise<void> {
    return this.sendFrame(JSON.stringify(message));
  }

  /** The next frame, or undefined at the end of the stream. Reads only when asked. */
  async readFrame(): Promise<Frame | undefined> {
    if (!await this.#fill(2)) return undefined;
    let at = 2;
    let length = this.#buffer[1] & 0x7f;
    if (length === 126) {
      if (!await this.#fill(4)) return undefined;
      length = this.#view().getUint16(2);
      at = 4;
    } else if (length === 127) {
      if (!await this.#fill(10)) return undefined;
      length = Number(this.#view().getBigUint64(2));
      at = 10;
    }
    if (!await this.#fill(at + length)) return undefined;
    const first = this.#buffer[0];
    const payload = this.#buffer.slice(at, at + length);
    this.#buffer = this.#buffer.subarray(at + length);
    return { opcode: first & 0x0f, fin: (first & 0x80) !== 0, payload };
  }

  /** Reads frames until a message matches; heartbeats are answered on the way. */
  async readUntil(
    what: string,
    matches: (message: Envelope) => boolean,
    onMessage: (message: Envelope) => void = () => {},
    deadlineMs = DEADLINE_MS,
  ): Promise<Envelope> {
    return await within(
      this.#readUntil(what, matches, onMessage),
      deadlineMs,
      what,
    );
  }

  /** Reads to the close frame and hands back its code; undefined when TCP just ends. */
  async readClose(
    onMessage: (message: Envelope) => void = () => {},
  ): Promise<{ code: number; reason: string } | undefined> {
    return await within(
      this.#readClose(onMessage),
      DEADLINE_MS,
      "a close frame",
    );
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.conn.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #readUntil(
    what: string,
    matches: (message: Envelope) => boolean,
    onMessage: (message: Envelope) => void,
  ): Promise<Envelope> {
    // What follows the match in the same frame is handed out too, then the match.
    for (;;) {
      const frame = await this.readFrame();
      if (frame === undefined || frame.opcode === OPCODE.close) {
        throw new Error(`The connection ended before ${what}`);
      }
      if (frame.opcode !== OPCODE.text) continue;
      let found: Envelope | undefined;
      for (const message of messagesIn(frame)) {
        onMessage(message);
        if (message.type === "HEARTBEAT" && message.id !== undefined) {
          await this.send({ type: "HEARTBEAT", ref: message.id });
        }
        if (!found && matches(message)) found = message;
      }
      if (found) return found;
    }
  }

  async #readClose(
    onMessage: (message: Envelope) => void,
  ): Promise<{ code: number; reason: string } | undefined> {
    for (;;) {
      const frame = await this.readFrame().catch(() => undefined);
      if (frame === undefined) return undefined;
      if (frame.opcode === OPCODE.text) messagesIn(frame).forEach(onMessage);
      if (frame.opcode !== OPCODE.close) continue;
      if (frame.payload.length < 2) return { code: 1005, reason: "" };
      const view = new DataView(
        frame.payload.buffer,
        frame.payload.byteOffset,
      );
      return {
        code: view.getUint16(0),
        reason: decoder.decode(frame.payload.subarray(2)),
      };
    }
  }

  async #readHead(): Promise<HttpAnswer> {
    for (let end = -1; end < 0;) {
      end = indexOfBlankLine(this.#buffer);
      if (end < 0) {
        if (!await this.#fill(this.#buffer.length + 1)) {
          return { status: 0, headers: new Headers() };
        }
        continue;
      }
      const [statusLine, ...lines] = decoder.decode(
        this.#buffer.subarray(0, end),
      ).split("\r\n");
      this.#buffer = this.#buffer.subarray(end + 4);
      const headers = new Headers();
      for (const line of lines) {
        const colon = line.indexOf(":");
        headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
      }
      return { status: Number(statusLine.split(" ")[1]), headers };
    }
    throw new RangeError("unreachable");
  }

  async #fill(length: number): Promise<boolean> {
    const chunk = new Uint8Array(64 * 1024);
    while (this.#buffer.length < length) {
      const read = await this.conn.read(chunk);
      if (read === null) return false;
      const joined = new Uint8Array(this.#buffer.length + read);
      joined.set(this.#buffer);
      joined.set(chunk.subarray(0, read), this.#buffer.length);
      this.#buffer = joined;
    }
    return true;
  }

  #view(): DataView {
    return new DataView(this.#buffer.buffer, this.#buffer.byteOffset);
  }
}

/** One frame as bytes, sound or broken as asked. */
export function encodeFrame(
  payload: Uint8Array,
  options: FrameOptions = {},
): Uint8Array {
  const length = options.length ?? payload.length;
  const mask = options.mask ?? true;
  const head: number[] = [
    (options.fin ?? true ? 0x80 : 0) | ((options.reserved ?? 0) << 4) |
    (options.opcode ?? OPCODE.text),
  ];
  const maskBit = mask ? 0x80 : 0;
  if (length < 126) head.push(maskBit | Number(length));
  else if (length < 65_536) {
    head.push(maskBit | 126, Number(length) >> 8, Number(length) & 0xff);
  } else {
    head.push(maskBit | 127);
    for (let shift = 56n; shift >= 0n; shift -= 8n) {
      head.push(Number((BigInt(length) >> shift) & 0xffn));
    }
  }
  const key = [0x12, 0x34, 0x56, 0x78];
  if (mask) head.push(...key);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  for (let i = 0; i < payload.length; i++) {
    bytes[head.length + i] = mask ? payload[i] ^ key[i % 4] : payload[i];
  }
  return bytes;
}

function messagesIn(frame: Frame): Envelope[] {
  return decoder.decode(frame.payload).split("\n")
    .filter((line) => line !== "").map((line) => JSON.parse(line));
}

function indexOfBlankLine(bytes: Uint8Array): number {
  for (let i = 0; i + 3 < bytes.length; i++) {
    if (
      bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 &&
      bytes[i + 3] === 10
    ) return i;
  }
  return -1;
}
