/** Voters of a benchmark: each signed in and connected, casting over their socket or HTTP. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { TestServer } from "../tests/support/server.ts";
import type { Sent } from "./figures_meter.ts";
import { encodeText, openConnection, readFrames } from "./subscribers.ts";

/** Sign-ins and connections that are under way together. */
const OPENING = 32;
const ACK = `"type":"ACK"`;

/** Where a ballot goes and what it says. */
export type Ballot = Readonly<Record<string, unknown>> & {
  readonly sessionId: string;
  readonly pollId: string;
};

/** Answer times in ms. */
export interface AnswerTimes {
  readonly socket: number[];
  readonly http: number[];
}

export class BenchVoter {
  readonly #server: TestServer;
  readonly #cookie: string;
  readonly #times: AnswerTimes;
  /** What to do with an answer, by its `ref`. */
  readonly #waiting = new Map<number, (frame: string) => void>();
  #nextId = 2;

  constructor(
    server: TestServer,
    readonly userId: string,
    cookie: string,
    readonly socket: Socket,
    times: AnswerTimes,
  ) {
    this.#server = server;
    this.#cookie = cookie;
    this.#times = times;
  }

  /** Hands over every frame from now on. */
  read(onFrame: (frame: Buffer) => void): void {
    readFrames(this.socket, (frame) => {
      onFrame(frame);
      // Most frames answer nobody, and most voters wait for nothing.
      if (this.#waiting.size > 0) this.#answered(frame);
    });
  }

  overSocket(input: Ballot, dueAt: number): Promise<Sent> {
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<Sent>();
    const sentAt = performance.now();
    this.#waiting.set(id, (answer) => {
      this.#times.socket.push(performance.now() - sentAt);
      const { payload } = JSON.parse(answer);
      resolve({ dueAt, offset: payload.positions[0].offset });
    });
    const payload = { command: "cast_ballot", input };
    this.socket.write(
      encodeText(JSON.stringify({ type: "COMMAND", id, payload })),
    );
    return promise;
  }

  async overHttp(input: Ballot, dueAt: number): Promise<Sent> {
    const { sessionId, pollId, ...said } = input;
    const sentAt = performance.now();
    const response = await this.#server.fetch(
      `/api/v1/sessions/${sessionId}/polls/${pollId}/ballots`,
      {
        token: null,
        method: "POST",
        headers: { Cookie: this.#cookie, "Sec-Fetch-Site": "same-origin" },
        body: JSON.stringify(said),
      },
    );
    const { receipt } = await response.json();
    this.#times.http.push(performance.now() - sentAt);
    return { dueAt, offset: receipt.offset };
  }

  #answered(frame: Buffer): void {
    if (frame.indexOf(ACK, 0, "latin1") < 0) return;
    for (const line of frame.toString("utf8").split("\n")) {
      if (!line.includes(ACK)) continue;
      const { ref } = JSON.parse(line);
      const answer = this.#waiting.get(ref);
      this.#waiting.delete(ref);
      answer?.(line);
    }
  }
}

/** Signs in and connects so many. */
export async function openVoters(
  server: TestServer,
  count: number,
  times: AnswerTimes,
): Promise<BenchVoter[]> {
  const voters: BenchVoter[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: OPENING }, async () => {
    while (next < count) {
      const { cookie, userId } = await server.signIn(`Voter ${next++}`);
      const socket = await openConnection(server, cookie);
      voters.push(new BenchVoter(server, userId, cookie, socket, times));
    }
  }));
  return voters;
}
