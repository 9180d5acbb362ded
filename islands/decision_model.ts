/** A decision's page as signals: what everyone scored, what somebody moves. Knows no protocol. */
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import {
  type Aggregate,
  aggregate,
} from "../domain/decisions/live/aggregate.ts";
import type { Scores, WeightsById } from "../domain/decisions/live/events.ts";
import {
  type LiveDecision,
  mergedScores,
  visibleSheets,
  withWeights,
} from "../domain/decisions/live/live_decision.ts";
import type { NamedPosition } from "../realtime/client/wire.ts";
import { type Figures, rankedOrder } from "./decision_figures.ts";
import {
  type DecisionMistake,
  type DecisionPageState,
  type DecisionRights,
  type Person,
  unpackDecision,
  unpackScores,
} from "./decision_state.ts";
import { sharesOf } from "./decision_weights.ts";
import type { Zone } from "./format.ts";

/** Weights that somebody moves and has not let go of, or that are not stored yet. */
export interface Drag {
  readonly weights: WeightsById;
  /** Which one moves; undefined where it cannot be told. */
  readonly criterion: string | undefined;
  readonly by: Person;
  /** `stored`: let go of, on its way to the log. */
  readonly state: "moving" | "stored";
}

/** Own scores on their way. */
export interface WaitingScores {
  readonly messageId: string;
  readonly scores: Scores;
  /** Its entry, once acknowledged. */
  readonly offset?: number;
}

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

interface EarlyMove {
  readonly criterionId: string;
  readonly share: number;
  /** It has been let go of as well. */
  readonly over: boolean;
}

export interface GridEvents {
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocusIn: (event: Event) => void;
  readonly onInput: (event: Event) => void;
  readonly onChange: (event: Event) => void;
  readonly onPaste: (event: ClipboardEvent) => void;
}

/** What the page can do once scripts run; forms do it without. */
export interface DecisionActions {
  readonly give: (scores: Scores) => void;
  /** @param share Of all weights, from 0 to 1. */
  readonly moveWeight: (criterionId: string, share: number) => void;
  readonly letGo: () => void;
  readonly send: (
    form: DecisionMistake["form"],
    command: string,
    input: Readonly<Record<string, string | object | null>>,
  ) => void;
  readonly computeAgain: () => void;
}

export interface DecisionModel {
  readonly decision: Signal<LiveDecision>;
  readonly position: Signal<NamedPosition>;
  readonly rights: Signal<DecisionRights>;
  readonly asked: Signal<readonly Person[]>;
  /** Own scores that the server has. */
  readonly stored: Signal<Scores>;
  readonly waiting: Signal<readonly WaitingScores[]>;
  /** Own scores as they will be. */
  readonly own: ReadonlySignal<Scores>;
  readonly drag: Signal<Drag | undefined>;
  /** The decision with own scores and moved weights in it. */
  readonly shown: ReadonlySignal<LiveDecision>;
  readonly together: ReadonlySignal<Aggregate>;
  /** The weights shown, as parts of 1. */
  readonly shares: ReadonlySignal<readonly number[]>;
  readonly figures: Signal<Figures>;
  /** Flips as they were when nothing moved. */
  readonly flips: Signal<Pick<Figures, "flips" | "flipsBy">>;
  readonly sorting: Signal<"ranked" | "listed">;
  /** Alternatives in the order of the bars: it stands still while somebody moves a weight. */
  readonly order: ReadonlySignal<readonly number[]>;
  readonly cursor: Signal<CellPlace>;
  /** What is typed into a cell and not given yet. */
  readonly draft: Signal<(CellPlace & { readonly text: string }) | undefined>;
  readonly mistake: Signal<DecisionMistake | undefined>;
  readonly zone: Signal<Zone>;
  /** Read out: what came of something. */
  readonly says: Signal<string>;
  readonly again: Signal<string>;
  /** Undefined until their script has come. */
  readonly actions: Signal<DecisionActions | undefined>;
  /** A weight that was moved before their script had come. */
  readonly early: Signal<EarlyMove | undefined>;
  /** Listeners of the matrix, once they have come: until then its fields are a form's. */
  readonly grid: Signal<GridEvents | undefined>;
  /** Something will be moved or typed soon: fetches what that takes. */
  readonly prepare: Signal<(() => void) | undefined>;
  readonly reader: Person;
  readonly readAt: number;
  /** The entry the page was rendered at. */
  readonly readOffset: number;
  readonly formId: string;
}

export function createDecision(state: DecisionPageState): DecisionModel {
  const decision = signal(unpackDecision(state.decision));
  const stored = signal(ownScores(state, decision.peek().sheets));
  const waiting = signal<readonly WaitingScores[]>([]);
  const drag = signal<Drag | undefined>(undefined);
  const figures = signal(state.figures);
  const sorting = signal<"ranked" | "listed">("ranked");
  const { userId, name } = state.reader;

  const own = computed(() =>
    waiting.value.reduce(
      (scores, one) => mergedScores(scores, one.scores),
      stored.value,
    )
  );
  const shown = computed(() => {
    const now = decision.value;
    const withOwn = now.revealed && waiting.value.length > 0
      ? { ...now, sheets: sheetsWith(now, userId, name, own.value) }
      : now;
    return drag.value ? withWeights(withOwn, drag.value.weights) : withOwn;
  });
  const together = computed(() => {
    const { aggregation, alternatives, criteria } = shown.value;
    const sheets = shown.value.revealed ? visibleSheets(shown.value) : [];
    return aggregate({ aggregation, alternatives, criteria }, sheets);
  });
  let held: readonly number[] = rankedOrder(state.figures.ranks);
  const order = computed(() => {
    const { alternatives } = decision.value;
    if (sorting.value === "listed") return alternatives.map((_, one) => one);
    const isFit = held.length === figures.value.ranks.length;
    if (!drag.value || !isFit) held = rankedOrder(figures.value.ranks);
    return held;
  });
  return {
    decision,
    position: signal(state.position),
    rights: signal(state.rights),
    asked: signal(state.asked),
    stored,
    waiting,
    own,
    drag,
    shown,
    together,
    shares: computed(() =>
      sharesOf(shown.value.criteria.map(({ weight }) => weight))
    ),
    figures,
    flips: signal({
      flips: state.figures.flips,
      flipsBy: state.figures.flipsBy,
    }),
    sorting,
    order,
    cursor: signal({ row: 0, column: 0 }),
    draft: signal(undefined),
    mistake: signal(state.mistake),
    zone: signal(state.zone),
    says: signal(""),
    again: signal(""),
    actions: signal(undefined),
    early: signal(undefined),
    grid: signal(undefined),
    prepare: signal(undefined),
    reader: state.reader,
    readAt: state.readAt,
    readOffset: state.position.offset,
    formId: state.formId,
  };
}

/** The reader's own scores as the server had them. */
export function ownScores(
  { decision, own, reader }: DecisionPageState,
  sheets = unpackDecision(decision).sheets,
): Scores {
  return own
    ? unpackScores(decision, own)
    : sheets.get(reader.userId)?.scores ?? {};
}

function sheetsWith(
  { sheets }: LiveDecision,
  userId: string,
  name: string,
  scores: Scores,
): LiveDecision["sheets"] {
  const before = sheets.get(userId);
  const sheet = { name, commitment: null, salt: null, offset: 0, ...before };
  return new Map(sheets).set(userId, { ...sheet, scores });
}

/** @param share Of all weights, from 0 to 1. */
export function moveWeight(
  { actions, early, prepare }: DecisionModel,
  criterionId: string,
  share: number,
): void {
  if (actions.peek()) return actions.peek()?.moveWeight(criterionId, share);
  early.value = { criterionId, share, over: false };
  prepare.peek()?.();
}

export function letGo({ actions, early }: DecisionModel): void {
  actions.peek()?.letGo();
  const move = early.peek();
  if (move) early.value = { ...move, over: true };
}

export function isOpen({ decision }: DecisionModel): boolean {
  return decision.value.status === "open";
}

/** Who has scored, and how much of it can be seen. */
export function scorers(
  { shown, asked, reader, own }: DecisionModel,
): readonly { person: Person; scored: number | undefined; total: number }[] {
  const { sheets, alternatives, criteria } = shown.value;
  const total = alternatives.length * criteria.length;
  const people = new Map(
    [...sheets].map(([userId, { name }]) => [userId, name]),
  );
  for (const { userId, name } of asked.value) {
    if (!people.has(userId)) people.set(userId, name);
  }
  return [...people].map(([userId, name]) => {
    const sheet = sheets.get(userId);
    const scores = userId === reader.userId ? own.value : sheet?.scores ?? null;
    const scored = scores === null
      ? sheet && undefined
      : alternatives.reduce((sum, { id }) => {
        const row = Object.hasOwn(scores, id) ? scores[id] : {};
        return sum +
          criteria.filter((one) => Object.hasOwn(row, one.id)).length;
      }, 0);
    const none = sheet === undefined && userId !== reader.userId;
    return { person: { userId, name }, scored: none ? 0 : scored, total };
  });
}
