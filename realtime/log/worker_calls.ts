/** Questions to a worker that answers them one after the other, in the order they were sent. */
import { LogUnavailable } from "./log.ts";

interface Tagged {
  readonly state: string;
}

/** A refusal that the worker itself put into words. */
interface Unavailable extends Tagged {
  readonly state: "unavailable";
  readonly message: string;
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerCalls<Request, Answer extends Tagged> {
  readonly #worker: Worker;
  readonly #waiting: Waiting<Answer>[] = [];
  #next = 0;
  #ended?: LogUnavailable;

  /** @param failed Told when the worker died by itself: it is not started again. */
  constructor(module: URL, failed: (reason: string) => void = () => {}) {
    this.#worker = new Worker(module, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#answer(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const reason = `the thread that holds it failed: ${event.message}`;
      this.end(reason);
      failed(reason);
    };
  }

  /** @throws {LogUnavailable} When the worker could not do it, or is gone. */
  async ask<State extends Answer["state"]>(
    request: Request,
    state: State,
  ): Promise<Extract<Answer, { state: State }>> {
    const answer = await this.#send(request);
    if (hasState(answer, state)) return answer;
    throw new Error(`Cannot happen: wanted ${state}, got ${answer.state}`);
  }

  /** Stops the worker; whoever still waits is refused. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = new LogUnavailable(`Cannot use the log: ${reason}`);
    this.#worker.terminate();
    for (const waiting of this.#waiting.splice(this.#next)) {
      waiting.reject(this.#ended);
    }
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  #send(request: Request): Promise<Answer> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  #answer(reply: Answer | Unavailable): void {
    // A queue by index: shift() would move everything behind it.
    const waiting = this.#waiting[this.#next++];
    if (this.#next === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#next = 0;
    }
    if (isUnavailable(reply)) waiting.reject(new LogUnavailable(reply.message));
    else waiting.resolve(reply);
  }
}

function isUnavailable(reply: Tagged): reply is Unavailable {
  return reply.state === "unavailable";
}

function hasState<Answer extends Tagged, State extends string>(
  answer: Answer,
  state: State,
): answer is Extract<Answer, { state: State }> {
  return answer.state === state;
}
