/** What the development bar shows and can do, apart from how. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** What the page carries for the bar. */
export interface DevelopmentState {
  readonly userId: string;
  /** The reader's role may restart the server's connections. */
  readonly mayRestart: boolean;
  /** Whom the reader may bring into the session of this page; absent elsewhere. */
  readonly second?: SecondParticipant;
}

export interface SecondParticipant {
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly isHere: boolean;
}

export interface DevelopmentModel {
  readonly state: DevelopmentState;
  readonly open: Signal<boolean>;
  readonly away: ReadonlySignal<boolean>;
  readonly slow: Signal<boolean>;
  readonly duplicate: Signal<boolean>;
  readonly secondIsHere: ReadonlySignal<boolean>;
  /** What the last press came to. */
  readonly outcome: ReadonlySignal<string>;
  readonly cut: () => void;
  readonly restart: () => void;
  readonly bringSecond: (isHere: boolean) => void;
}

/** Before any script runs: no fault is on, and nothing happens when it is pressed. */
export function idleBar(state: DevelopmentState): DevelopmentModel {
  return {
    state,
    open: signal(true),
    away: signal(false),
    slow: signal(false),
    duplicate: signal(false),
    secondIsHere: signal(state.second?.isHere ?? false),
    outcome: signal(""),
    cut: () => {},
    restart: () => {},
    bringSecond: () => {},
  };
}
