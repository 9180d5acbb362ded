/** Forgetting results by hand, on every node: each keeps what it has worked out itself. */
import { z } from "zod";
import type { Json } from "../realtime/json.ts";
import { type Logger, SILENT } from "../realtime/logger.ts";
import { answer, ask } from "../realtime/nodes/ask.ts";
import type { Bus } from "../realtime/nodes/bus.ts";
import { createGlob } from "./glob.ts";
import type { ResultCache } from "./result_cache.ts";

const SUBJECT = "cache.forget";

/** One result by its whole key, or those whose keys fit a pattern. */
const Question = z.union([
  z.object({ key: z.string() }),
  z.object({ pattern: z.string() }),
]);
type Question = z.infer<typeof Question>;

const Forgotten = z.object({ forgotten: z.int() });

export interface CacheForgettingOptions {
  readonly results: Pick<ResultCache, "forget" | "forgetMatching">;
  readonly bus: Bus;
  /** @default silent */
  readonly logger?: Logger;
}

export class CacheForgetting {
  readonly #options: CacheForgettingOptions;
  readonly #stop: () => void;

  constructor(options: CacheForgettingOptions) {
    this.#options = options;
    const { bus, logger = SILENT } = options;
    this.#stop = answer(
      bus,
      SUBJECT,
      (asked) => ({ forgotten: this.#here(Question.parse(asked)) }),
      { logger },
    );
  }

  /** Hears no more of other nodes. */
  close(): void {
    this.#stop();
  }

  /** On how many nodes it was there. */
  key(key: string): Promise<number> {
    return this.#everywhere({ key });
  }

  /** How many there were, on all nodes that answered. @throws {RangeError} for no pattern */
  matching(pattern: string): Promise<number> {
    return this.#everywhere({ pattern });
  }

  async #everywhere(question: Question): Promise<number> {
    const here = this.#here(question);
    const answers = await ask(this.#options.bus, SUBJECT, question);
    return answers.reduce((sum, { body }) => sum + forgottenOf(body), here);
  }

  #here(question: Question): number {
    const { results } = this.#options;
    if ("key" in question) return results.forget(question.key) ? 1 : 0;
    return results.forgetMatching(createGlob(question.pattern));
  }
}

function forgottenOf(body: Json): number {
  return Forgotten.safeParse(body).data?.forgotten ?? 0;
}
