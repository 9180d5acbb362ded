/** One connection through the guard: heads are read, bodies and frames counted, all else passed on. */
import { type BodyCounter, ChunkCounter, LengthCounter } from "./guard_body.ts";
import { FrameCounter, type FrameLimits } from "./guard_frames.ts";
import { readHead } from "./guard_head.ts";

export interface GuardLimits extends FrameLimits {
  /** ms from a connection's opening, or a head's first byte, to the head's last. */
  readonly headTimeoutMs: number;
  /** ms for all of a body. */
  readonly bodyTimeoutMs: number;
  /** ms that a client may leave what is sent to it unread. */
  readonly stuckMs: number;
  /** ms without a byte either way, but for sockets: those have their heartbeat. */
  readonly idleMs: number;
  readonly maxHeadBytes: number;
}

/** Both ends are streams of bytes. */
export type End = Pick<Deno.Conn, "read" | "write" | "close" | "closeWrite">;

export interface GuardedEnds {
  readonly client: End;
  readonly server: End;
  /** The client's, as the server is told. */
  readonly address: string;
}

const CHUNK_BYTES = 16 * 1024;
const SWITCHING = "HTTP/1.1 101";

type State =
  | { readonly name: "head" }
  | { readonly name: "body"; readonly counter: BodyCounter }
  | { readonly name: "upgrading" }
  | { readonly name: "frames"; readonly counter: FrameCounter };

export class GuardConnection {
  readonly #ends: GuardedEnds;
  readonly #limits: GuardLimits;
  readonly #now: () => number;
  #state: State = { name: "head" };
  /** Of a head that is not whole yet. */
  #held: Uint8Array = new Uint8Array(0);
  /** When this head or body began; undefined between requests. */
  #partSince: number | undefined;
  #writingSince: number | undefined;
  #lastByteAt: number;
  #requests = 0;
  #isClosed = false;
  #switched: (() => void) | undefined;

  constructor(
    ends: GuardedEnds,
    { limits, now }: {
      readonly limits: GuardLimits;
      readonly now: () => number;
    },
  ) {
    this.#ends = ends;
    this.#limits = limits;
    this.#now = now;
    this.#partSince = this.#lastByteAt = now();
  }

  /** Passes bytes until either side has ended; never throws. */
  async run(): Promise<void> {
    const upward = this.#upward().catch(() => this.close());
    const downward = this.#downward().catch(() => {});
    await downward;
    this.close();
    await upward;
  }

  /** Looks at what takes too long, and ends it. */
  sweep(): void {
    const now = this.#now();
    const { headTimeoutMs, bodyTimeoutMs, stuckMs, idleMs } = this.#limits;
    const isOver = (since: number | undefined, limitMs: number) =>
      since !== undefined && now - since >= limitMs;
    const { name } = this.#state;
    if (isOver(this.#writingSince, stuckMs)) return this.close();
    if (name === "body" && isOver(this.#partSince, bodyTimeoutMs)) {
      return this.close();
    }
    if (name === "head" && isOver(this.#partSince, headTimeoutMs)) {
      return void this.#refuse(408);
    }
    if (name !== "frames" && isOver(this.#lastByteAt, idleMs)) this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#switched?.();
    for (const end of [this.#ends.client, this.#ends.server]) {
      try {
        end.close();
      } catch {
        // The other side was faster.
      }
    }
  }

  async #upward(): Promise<void> {
    const { client, server } = this.#ends;
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const count = await client.read(buffer);
      if (count === null) return await server.closeWrite();
      this.#lastByteAt = this.#now();
      if (!await this.#take(buffer.subarray(0, count))) return;
    }
  }

  /** False when it is over. */
  async #take(bytes: Uint8Array): Promise<boolean> {
    let rest = bytes;
    while (rest.length > 0) {
      switch (this.#state.name) {
        case "frames":
          if (!this.#state.counter.take(rest)) return this.#cut();
          await writeAll(this.#ends.server, rest);
          return true;
        case "body": {
          const end = this.#state.counter.take(rest, 0);
          if (end === "broken") return this.#cut();
          await writeAll(this.#ends.server, rest.subarray(0, end));
          if (end === undefined) return true;
          this.#state = { name: "head" };
          this.#partSince = undefined;
          rest = rest.subarray(end);
          break;
        }
        case "upgrading": {
          // What comes before the answer is kept back by not being read on.
          await new Promise<void>((resolve) => this.#switched = resolve);
          if (this.#isClosed) return false;
          break;
        }
        case "head": {
          const after = await this.#takeHead(rest);
          if (after === undefined) return false;
          rest = after;
        }
      }
    }
    return true;
  }

  /** What stands behind the head, empty while it is not whole; undefined when it is refused. */
  async #takeHead(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    this.#partSince ??= this.#now();
    const input = joined(this.#held, bytes);
    const { address, server } = this.#ends;
    const head = readHead(input, {
      address,
      maxBytes: this.#limits.maxHeadBytes,
    });
    if (head.state === "more") {
      this.#held = input;
      return new Uint8Array(0);
    }
    // An upgrade is its connection's first request: only then is the next answer its own.
    if (head.state === "read" && head.isUpgrade && this.#requests > 0) {
      return void await this.#refuse(400);
    }
    if (head.state === "refused") return void await this.#refuse(head.status);
    this.#requests++;
    this.#held = new Uint8Array(0);
    const { body } = head;
    this.#partSince = body.kind === "none" ? undefined : this.#now();
    this.#state = head.isUpgrade
      ? { name: "upgrading" }
      : body.kind === "none"
      ? { name: "head" }
      : {
        name: "body",
        counter: body.kind === "length"
          ? new LengthCounter(body.bytes)
          : new ChunkCounter(),
      };
    await writeAll(server, head.bytes);
    return input.subarray(head.length);
  }

  async #downward(): Promise<void> {
    const { client, server } = this.#ends;
    const buffer = new Uint8Array(4 * CHUNK_BYTES);
    for (;;) {
      const count = await server.read(buffer);
      if (count === null) return;
      const bytes = buffer.subarray(0, count);
      if (this.#state.name === "upgrading") this.#answered(bytes);
      this.#writingSince = this.#now();
      await writeAll(client, bytes);
      this.#writingSince = undefined;
      this.#lastByteAt = this.#now();
    }
  }

  /** The answer to an upgrade: frames follow it, or further requests. */
  #answered(bytes: Uint8Array): void {
    const isSwitching = [...SWITCHING].every((letter, i) =>
      bytes[i] === letter.charCodeAt(0)
    );
    this.#state = isSwitching
      ? { name: "frames", counter: new FrameCounter(this.#limits) }
      : { name: "head" };
    this.#switched?.();
  }

  #cut(): false {
    this.close();
    return false;
  }

  /** Says why, as far as the client will hear it, and ends. */
  async #refuse(status: 400 | 408 | 431): Promise<void> {
    const reason = {
      400: "Bad Request",
      408: "Request Timeout",
      431: "Request Header Fields Too Large",
    }[status];
    const answer = `HTTP/1.1 ${status} ${reason}\r\n` +
      "Connection: close\r\nContent-Length: 0\r\n\r\n";
    // Not between the bytes of an answer to an earlier request.
    if (this.#requests === 0) {
      this.#writingSince ??= this.#now();
      await this.#ends.client.write(new TextEncoder().encode(answer))
        .catch(() => {});
    }
    this.close();
  }
}

async function writeAll(end: End, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    sent += await end.write(bytes.subarray(sent));
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second.slice();
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
