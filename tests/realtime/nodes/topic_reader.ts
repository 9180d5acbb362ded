/** A client of a topic as the protocol asks it to be (P9–P11), which keeps all it was sent. */
import type { TestClient } from "../../support/hub.ts";
import type { Message } from "../../support/fake_socket.ts";

export interface Heard {
  readonly epoch: string;
  readonly offset: number;
  readonly text: string;
}

export class TopicReader {
  /** What it took, in order; `undefined` where a `GAP` told of a loss. */
  readonly applied: (Heard | undefined)[] = [];
  /** What it was sent, taken or not. */
  readonly sent: Heard[] = [];
  position: { epoch: string; offset: number } | undefined;
  readonly #client: TestClient;
  readonly #channel: string;
  #read = 0;
  #asked = 0;
  #isAsking = false;

  constructor(client: TestClient, channel: string) {
    this.#client = client;
    this.#channel = channel;
    this.#ask();
  }

  /** Takes what has come since the last look. */
  look(): void {
    const { messages } = this.#client.socket;
    for (const message of messages.slice(this.#read)) this.#take(message);
    this.#read = messages.length;
  }

  #take(message: Message): void {
    if (message.ref === this.#asked) return this.#answered(message);
    if (message.channel !== this.#channel) return;
    if (message.type === "GAP") return this.#gap(message.payload);
    if (message.type !== "BROADCAST") return;
    const { epoch, offset, payload: text } = message;
    this.sent.push({ epoch, offset, text });
    const { position } = this;
    if (position === undefined || this.#isAsking) return;
    if (epoch !== position.epoch || offset > position.offset + 1) {
      return this.#ask();
    }
    if (offset <= position.offset) return;
    this.applied.push({ epoch, offset, text });
    this.position = { epoch, offset };
  }

  #gap({ epoch, to }: { epoch?: string; to: number }): void {
    const { position } = this;
    if (position === undefined) return;
    if (epoch !== undefined && epoch !== position.epoch) return this.#ask();
    if (to <= position.offset) return;
    this.applied.push(undefined);
    this.position = { ...position, offset: to };
  }

  #ask(): void {
    const payload = this.position ? { since: this.position } : {};
    const id = ++this.#asked;
    this.#isAsking = true;
    const { channel } = { channel: this.#channel };
    this.#client.send({ type: "SUBSCRIBE", id, channel, payload });
  }

  #answered({ type, payload }: Message): void {
    if (type === "ERROR") return this.#ask();
    this.#isAsking = false;
    if (this.position !== undefined && payload.recovered) return;
    const { epoch, offset } = payload;
    this.applied.push(undefined);
    this.position = { epoch, offset };
  }
}
