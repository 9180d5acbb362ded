/**
 * A simulated colleague for whoever builds this: joins a session, writes, goes away and comes
 * back, leaves. A participant as any other, by the same commands; only the name says what it is.
 */
import { Refusal } from "../domain/refusal.ts";
import type { Commands } from "../realtime/commands.ts";
import { type Logger, SILENT } from "../realtime/logger.ts";
import { RealtimeError } from "../realtime/realtime_error.ts";
import type { User } from "../realtime/user.ts";

/** The colon keeps it apart: no name one signs in with gives such an id. */
export const ROBIN: User = {
  userId: "simulated:robin",
  name: "Robin (simulated)",
  roles: ["member"],
};

/** Between two things it does. */
export const STEP_MS = 2_500;
/** It leaves by itself after this long. */
export const LIFETIME_MS = 120_000;

const TEXTS = [
  "I have read the summary twice. The second finding is the one that worries me.",
  "Who owns the follow-up if we go ahead?",
  "The figures from last quarter say otherwise, see page 4.",
  "I can live with that if it is reviewed in three months.",
  "Let us write the condition down before we vote.",
  "Nothing new from my side, I am still for the second alternative.",
] as const;

/** After every fourth message it is away for one step. */
const MESSAGES_PER_ROUND = 4;

export interface SimulationOptions {
  readonly commands: Pick<Commands, "execute">;
  /** Runs once, later; hands back the cancel. @default a timer */
  readonly after?: (delayMs: number, run: () => void) => () => void;
  /** Names one stay, so that its messages are its own. @default a random UUID */
  readonly newId?: () => string;
  /** Says nothing by default. */
  readonly logger?: Logger;
}

interface Stay {
  readonly joined: Promise<void>;
  /** It has left; nothing of it runs any more. */
  readonly over: Promise<void>;
  readonly ending: AbortSignal;
  readonly end: () => void;
}

/** At most one stay in each session. */
export class SimulatedParticipants {
  readonly #options: Required<SimulationOptions>;
  readonly #stays = new Map<string, Stay>();
  #closed = false;

  constructor(options: SimulationOptions) {
    this.#options = {
      after: onTimer,
      newId: () => crypto.randomUUID(),
      logger: SILENT,
      ...options,
    };
  }

  /** Whether it takes part in this session now. */
  has(sessionId: string): boolean {
    return this.#stays.has(sessionId);
  }

  /**
   * Lets it join; it is there already when it is.
   *
   * @param by Brings it in where it may not come by itself.
   * @throws A `Refusal` when it may not join and `by` may not bring it in.
   */
  async start(sessionId: string, by: User): Promise<void> {
    let stay = this.#stays.get(sessionId);
    // On its way out: it comes back when it has left.
    while (stay?.ending.aborted) {
      await stay.over;
      stay = this.#stays.get(sessionId);
    }
    if (this.#closed) {
      throw new RealtimeError("unavailable", "Cannot join: the server stops");
    }
    if (!stay) {
      stay = this.#begin(sessionId, by);
      this.#stays.set(sessionId, stay);
    }
    await stay.joined;
  }

  /** Lets it leave; resolves when it has. */
  async stop(sessionId: string): Promise<void> {
    const stay = this.#stays.get(sessionId);
    stay?.end();
    await stay?.over;
  }

  /** Lets it leave everywhere, for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#stays.keys()].map((id) => this.stop(id)));
  }

  #begin(sessionId: string, by: User): Stay {
    const ending = new AbortController();
    const joined = this.#join(sessionId, by);
    const over = joined.then(
      () => this.#takePart(sessionId, ending),
      // Whoever asked is told; there is nothing to leave.
      () => {},
    ).finally(() => this.#stays.delete(sessionId));
    const end = () => ending.abort();
    return { joined, over, ending: ending.signal, end };
  }

  async #join(sessionId: string, by: User): Promise<void> {
    const { commands } = this.#options;
    try {
      await commands.execute("join_session", { sessionId }, { user: ROBIN });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "session_not_found") {
        throw error;
      }
      const { userId, name } = ROBIN;
      const input = { sessionId, userId, name, role: "member" };
      await commands.execute("add_participant", input, { user: by });
    }
  }

  async #takePart(sessionId: string, ending: AbortController): Promise<void> {
    const cancelEnd = this.#options.after(LIFETIME_MS, () => ending.abort());
    const stay = this.#options.newId();
    await this.#attempt(sessionId, async () => {
      for (let step = 0;; step++) {
        await this.#pause(ending.signal);
        if (ending.signal.aborted) return;
        await this.#act(sessionId, stay, step);
      }
    });
    cancelEnd();
    await this.#attempt(
      sessionId,
      () => this.#execute("leave_session", { sessionId }),
    );
  }

  /** A session that was closed or removed it is over for a participant too: only said in the log. */
  async #attempt(sessionId: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const level = error instanceof Refusal ? "info" : "error";
      this.#options.logger[level]("the simulated participant cannot go on", {
        sessionId,
        error,
      });
    }
  }

  async #act(sessionId: string, stay: string, step: number): Promise<void> {
    const round = MESSAGES_PER_ROUND + 2;
    const inRound = step % round;
    if (inRound < MESSAGES_PER_ROUND) {
      const nth = Math.floor(step / round) * MESSAGES_PER_ROUND + inRound;
      const text = TEXTS[nth % TEXTS.length];
      const messageId = `${stay}.${nth}`;
      return await this.#execute(
        "post_message",
        { sessionId, text },
        messageId,
      );
    }
    const status = inRound === MESSAGES_PER_ROUND ? "away" : "active";
    await this.#execute("set_participant_status", { sessionId, status });
  }

  async #execute(
    command: string,
    input: Readonly<Record<string, string>>,
    messageId?: string,
  ): Promise<void> {
    const { commands } = this.#options;
    await commands.execute(command, input, { user: ROBIN, messageId });
  }

  /** Until the next step, or the end. */
  async #pause(ending: AbortSignal): Promise<void> {
    if (ending.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.after(STEP_MS, resolve);
    const wake = () => resolve();
    ending.addEventListener("abort", wake);
    await promise;
    ending.removeEventListener("abort", wake);
    cancel();
  }
}

function onTimer(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
