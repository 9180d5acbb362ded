/** Makes an area's view rows from recorded events alone: for rebuilding a view under a new version. */
import type { Area, RecordedEvent, ViewRow } from "./decider.ts";

/** The rows of an event; events of a channel come in their order. */
export type RowIndexer = (
  event: RecordedEvent,
  subject: string,
) => readonly ViewRow[];

export interface RowIndexerOptions<State> {
  /** What the subjects of the area begin with; another's make no rows. */
  readonly prefix: string;
  /**
   * What to hold of a state, all subjects being held at once: undefined for one whose rows
   * change no more. @default the whole state
   */
  readonly hold?: (state: State) => State | undefined;
}

/** It folds as it goes, so make one per rebuild. */
export function createRowIndexer<State>(
  { initial, evolve, index }: Required<
    Pick<Area<State, never>, "initial" | "evolve" | "index">
  >,
  { prefix, hold = (state) => state }: RowIndexerOptions<State>,
): RowIndexer {
  const states = new Map<string, State>();
  return (event, subject) => {
    if (!subject.startsWith(prefix)) return [];
    const key = `${event.channel} ${subject}`;
    const state = evolve(states.get(key) ?? initial(), event);
    const held = hold(state);
    if (held === undefined) states.delete(key);
    else states.set(key, held);
    return index(state, event);
  };
}
