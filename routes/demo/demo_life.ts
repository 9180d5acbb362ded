/**
 * The people of the demo at work: while somebody has its open session before them, they write,
 * vote and move weights, as anybody does and by the same commands. Nobody looks: nothing happens.
 */
import { sessionChannel } from "../../domain/sessions/session.ts";
import { dragWeights } from "../../domain/decisions/live/drag_weights.ts";
import {
  decisionChannel,
  decisions,
  decisionSubject,
} from "../../domain/decisions/live/decision_commands.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Commands } from "../../realtime/commands.ts";
import type { Hub } from "../../realtime/hub.ts";
import { type Logger, SILENT } from "../../realtime/logger.ts";
import { SignalCommands } from "../../realtime/signal_commands.ts";
import { type After, systemAfter } from "../../realtime/timer.ts";
import { openIds } from "./case_open.ts";
import { demoUser } from "./demo_people.ts";
import type { DemoStage } from "./demo_record.ts";
import type { DemoPlan } from "./demo_step.ts";
import { type LiveAct, type LiveCommand, nextAct } from "./live_acts.ts";

/** Between two looks whether somebody watches, ms. */
export const LOOK_MS = 2_000;
/** Between two acts, ms: chosen by chance from these. */
export const PAUSE_MS = [4_000, 12_000] as const;
/** Acts until they rest, for as long as the same people keep watching. */
export const MAX_ACTS = 60;
/** And of one life in this process: a session is no place to write for ever. */
export const MAX_ACTS_OF_LIFE = 500;
/** A weight moves in so many steps, so far apart. */
const DRAG_STEPS = 8;
const DRAG_STEP_MS = 120;

export interface DemoLifeOptions {
  readonly commands: Pick<Commands, "execute" | "state">;
  readonly hub: Pick<Hub, "hasReaders" | "signal">;
  /** @default the system's timer */
  readonly after?: After;
  /** From 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** Says nothing by default. */
  readonly logger?: Logger;
}

interface Living {
  readonly generation: number;
  readonly ending: AbortController;
  /** Nothing of it runs any more. */
  readonly over: Promise<void>;
}

export class DemoLife {
  readonly #options: Required<DemoLifeOptions>;
  readonly #signals: SignalCommands;
  #living: Living | undefined;

  constructor(options: DemoLifeOptions) {
    this.#options = {
      after: systemAfter,
      random: Math.random,
      logger: SILENT,
      ...options,
    };
    const { commands, hub } = options;
    this.#signals = new SignalCommands({
      declarations: [dragWeights],
      commands,
      signal: (...told) => hub.signal(...told),
    });
  }

  /** Lives as long as a demo is loaded; a later life takes the place of the one before. */
  follow(stage: DemoStage): void {
    const plan = stage.stage === "loaded" ? stage.plan : undefined;
    if (plan?.generation === this.#living?.generation) return;
    this.#living?.ending.abort();
    this.#living = undefined;
    if (plan === undefined) return;
    const ending = new AbortController();
    const over = this.#live(plan, ending.signal);
    this.#living = { generation: plan.generation, ending, over };
  }

  /** Ends it; resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    const living = this.#living;
    this.#living = undefined;
    living?.ending.abort();
    await living?.over;
  }

  async #live(plan: DemoPlan, ending: AbortSignal): Promise<void> {
    const channel = sessionChannel(openIds(plan).sessionId);
    let acts = 0;
    for (let all = 0; all < MAX_ACTS_OF_LIFE;) {
      const isWatched = this.#options.hub.hasReaders(channel);
      // Whoever comes back finds them at work again.
      if (!isWatched) acts = 0;
      const rests = !isWatched || acts >= MAX_ACTS;
      await this.#pause(rests ? LOOK_MS : this.#thinking(), ending);
      if (ending.aborted) return;
      if (rests || !this.#options.hub.hasReaders(channel)) continue;
      acts++;
      all++;
      await this.#attempt(plan, ending);
    }
  }

  #thinking(): number {
    const [least, most] = PAUSE_MS;
    return least + this.#options.random() * (most - least);
  }

  /** A poll that was closed, a session that is gone: the next act may still be possible. */
  async #attempt(plan: DemoPlan, ending: AbortSignal): Promise<void> {
    try {
      await this.#act(plan, {
        ending,
        act: nextAct(plan, this.#options.random),
      });
    } catch (error) {
      const level = error instanceof Refusal ? "debug" : "warn";
      this.#options.logger[level]("somebody of the demo could not act", {
        error,
      });
    }
  }

  async #act(
    plan: DemoPlan,
    { act, ending }: { readonly act: LiveAct; readonly ending: AbortSignal },
  ): Promise<void> {
    switch (act.kind) {
      case "command":
        await this.#execute(act.does);
        return;
      case "comment":
        for (const comment of act.of) {
          if (!await this.#execute(comment)) return;
        }
        return;
      case "drag":
        await this.#drag(plan, { ...act, ending });
    }
  }

  /** Signals on the way, and the command where it is let go. */
  async #drag(
    plan: DemoPlan,
    { as, criterion, to, ending }: Extract<LiveAct, { kind: "drag" }> & {
      readonly ending: AbortSignal;
    },
  ): Promise<void> {
    const { sessionId, decisionId } = openIds(plan);
    const { state } = await this.#options.commands.state(
      decisions,
      decisionChannel(sessionId),
      decisionSubject(decisionId),
    );
    if (state.status === "none") return;
    const from = state.criteria.find(({ id }) => id === criterion)?.weight;
    if (from === undefined || from === to) return;
    const input = (weight: number) => ({
      sessionId,
      decisionId,
      weights: { [criterion]: weight },
    });
    for (let step = 1; step <= DRAG_STEPS; step++) {
      const weight = Math.round(from + (to - from) * step / DRAG_STEPS);
      await this.#signals.execute("drag_weights", input(weight), demoUser(as));
      await this.#pause(DRAG_STEP_MS, ending);
      if (ending.aborted) return;
    }
    await this.#execute({ as, command: "set_weights", input: input(to) });
  }

  /** @returns Whether it had been done before. */
  async #execute(
    { as, command, input, messageId }: LiveCommand,
  ): Promise<boolean> {
    const user = demoUser(as);
    const { commands } = this.#options;
    const done = await commands.execute(command, input, { user, messageId });
    return done.duplicate === true;
  }

  async #pause(delayMs: number, ending: AbortSignal): Promise<void> {
    if (ending.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.after(delayMs, resolve);
    const wake = () => resolve();
    ending.addEventListener("abort", wake);
    await promise;
    ending.removeEventListener("abort", wake);
    cancel();
  }
}
