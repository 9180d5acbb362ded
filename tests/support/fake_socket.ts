/** A socket in memory: keeps what was sent, and drains only when the test says so. */
import type { Socket } from "../../realtime/connection.ts";

// deno-lint-ignore no-explicit-any -- tests read messages of every shape.
export type Message = any;

export class FakeSocket implements Socket {
  bufferedAmount = 0;
  /** True: what is sent stays in the buffer until `drain`. */
  isStuck = false;
  closedWith: { code?: number; reason?: string } | undefined;
  readonly frames: string[] = [];
  #waiters: (() => void)[] = [];

  send(text: string): void {
    this.frames.push(text);
    if (this.isStuck) {
      this.bufferedAmount += new TextEncoder().encode(text).length;
    }
    for (const wake of this.#waiters.splice(0)) wake();
  }

  close(code?: number, reason?: string): void {
    this.closedWith ??= { code, reason };
    for (const wake of this.#waiters.splice(0)) wake();
  }

  /** The peer reads everything and goes on reading. */
  drain(): void {
    this.isStuck = false;
    this.bufferedAmount = 0;
  }

  get messages(): readonly Message[] {
    return this.frames.flatMap((frame) => frame.split("\n")).map((line) =>
      JSON.parse(line)
    );
  }

  ofType(type: string): readonly Message[] {
    return this.messages.filter((message) => message.type === type);
  }

  /** Resolves with the messages once `done` holds of them. */
  async until(done: (messages: readonly Message[]) => boolean) {
    const givesUp = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const got = this.messages.slice(-5).map((m) => JSON.stringify(m));
      givesUp.reject(new Error(`waited in vain; last: ${got.join("\n")}`));
    }, 10_000);
    try {
      while (!done(this.messages)) {
        const sent = new Promise<void>((resolve) =>
          this.#waiters.push(resolve)
        );
        await Promise.race([sent, givesUp.promise]);
      }
    } finally {
      clearTimeout(timer);
      givesUp.promise.catch(() => {});
      givesUp.resolve(undefined as never);
    }
    return this.messages;
  }

  /** The reply to request `id`, once it is there. */
  async reply(id: number): Promise<Message> {
    await this.until((all) => all.some(({ ref }) => ref === id));
    return this.messages.find(({ ref }) => ref === id);
  }
}
