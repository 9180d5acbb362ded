/** What a decision's page carries: one reading of it, who reads it, and what went wrong. */
import type {
  Alternative,
  Criterion,
  Scores,
} from "../domain/decisions/live/events.ts";
import type {
  LiveDecision,
  Sheet,
} from "../domain/decisions/live/live_decision.ts";
import type { NamedPosition } from "../realtime/client/wire.ts";
import type { Figures } from "./decision_figures.ts";
import type { Zone } from "./format.ts";

/** Scores by alternative, by criterion, in their order: a fifth of the size of named ones. */
export type PackedScores = readonly (readonly (number | null)[])[];

type PackedSheet = readonly [
  userId: string,
  name: string,
  offset: number,
  commitment: string | null,
  scores: PackedScores | null,
];

/** Salts and the stored analysis stay behind: they are asked for where they are looked at. */
export interface PackedDecision
  extends Omit<LiveDecision, "sheets" | "analysis"> {
  readonly sheets: readonly PackedSheet[];
}

export interface Person {
  readonly userId: string;
  readonly name: string;
}

/** What the reader may do. The server decides again; this only shapes the page. */
export interface DecisionRights {
  /** Scores, and moves weights. */
  readonly score: boolean;
  /** Reveals, sets the method, closes. */
  readonly shape: boolean;
}

/** A form that was sent back: what is wrong with it, and what was typed. */
export interface DecisionMistake {
  readonly form: "scores" | "weights" | "settings" | "reveal" | "close";
  readonly message?: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly input: Readonly<Record<string, string>>;
}

export interface DecisionPageState {
  readonly decision: PackedDecision;
  /** The reader's own scores while they are sealed; else they are among the sheets. */
  readonly own?: PackedScores;
  /** Where it was read; the island continues from here (P24). */
  readonly position: NamedPosition;
  readonly reader: Person;
  readonly rights: DecisionRights;
  /** Who else is asked for scores: the participants of its session. */
  readonly asked: readonly Person[];
  readonly figures: Figures;
  /** When it was read, ms since 1970. */
  readonly readAt: number;
  readonly zone: Zone;
  /** Fresh per page: a form sent twice takes effect once. */
  readonly formId: string;
  /** Which build made the page; a state of another build needs that build's scripts. */
  readonly build: string;
  readonly mistake?: DecisionMistake;
}

interface Axes {
  readonly alternatives: readonly Alternative[];
  readonly criteria: readonly Criterion[];
}

export function packDecision(
  { analysis: _, sheets, ...decision }: LiveDecision,
): PackedDecision {
  return {
    ...decision,
    sheets: [...sheets].map(([userId, sheet]) => [
      userId,
      sheet.name,
      sheet.offset,
      sheet.commitment,
      sheet.scores && packScores(decision, sheet.scores),
    ]),
  };
}

export function unpackDecision(
  { sheets, ...decision }: PackedDecision,
): LiveDecision {
  return {
    ...decision,
    analysis: null,
    sheets: new Map(
      sheets.map(([userId, name, offset, commitment, packed]) => {
        const scores = packed && unpackScores(decision, packed);
        const sheet: Sheet = { name, scores, commitment, salt: null, offset };
        return [userId, sheet];
      }),
    ),
  };
}

export function packScores(
  { alternatives, criteria }: Axes,
  scores: Scores,
): PackedScores {
  return alternatives.map(({ id }) =>
    criteria.map((criterion) => scoreAt(scores, id, criterion.id))
  );
}

export function unpackScores(
  { alternatives, criteria }: Axes,
  packed: PackedScores,
): Scores {
  return Object.fromEntries(
    alternatives.map(({ id }, i) => [
      id,
      Object.fromEntries(
        criteria.flatMap((criterion, j) => {
          const value = packed[i]?.[j] ?? null;
          return value === null ? [] : [[criterion.id, value]];
        }),
      ),
    ]),
  );
}

/** Null where nothing was scored. */
export function scoreAt(
  scores: Scores,
  alternative: string,
  criterion: string,
): number | null {
  const row = Object.hasOwn(scores, alternative) ? scores[alternative] : {};
  return Object.hasOwn(row, criterion) ? row[criterion] : null;
}
