/** What was learned, read over all places: trust per rule, its calibration, proposals. */
import { calibrate } from "../domain/learning/calibration.ts";
import {
  type FeedbackSubject,
  LEARNING_FEEDBACK,
  type Outcome,
  SUBJECT_KINDS,
  type SubjectKind,
} from "../domain/learning/events.ts";
import {
  labelKey,
  MAX_LABELS,
  type Trust,
  trustIn,
} from "../domain/learning/feedback.ts";
import {
  inOrder,
  labelPrefix,
  type LabelRow,
  LABELS_VIEW,
  LEARNING_VIEW,
  readLabelRow,
  subjectOfKey,
} from "../domain/learning/feedback_view.ts";
import { labelled, PRIOR } from "../domain/learning/precision.ts";
import {
  learnedFrom,
  type LearnedWeights,
} from "../domain/learning/learned_weights.ts";
import { readProposal } from "../domain/learning/proposal.ts";
import { PROPOSALS_VIEW } from "../domain/learning/proposal_view.ts";
import type { Json } from "../realtime/json.ts";
import type { Log } from "../realtime/log/log.ts";
import { isJsonObject } from "./json_body.ts";

const PAGE_ROWS = 500;
/** Subjects whose trust is kept at hand; more are read again. */
const MAX_KEPT = 5_000;
/** Newest labels per rule that calibration is measured on. */
const MAX_FORECASTS = 100;
const MAX_PROPOSALS = 100;
/** Newest labels of a subject whose effect is kept at hand. */
const MAX_CHANGES = 20;

export interface Learned extends Trust {
  readonly kind: SubjectKind;
  readonly id: string;
  /** Time of the newest label, ms since 1970. */
  readonly changedAt: number;
}

/** What one label did to the trust in what it is about, as labels count now. */
export interface Change {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly label: LabelRow;
  /** Expected precision before it and after it, from 0 to 1. */
  readonly before: number;
  readonly after: number;
}

/** What one person said of one result in one place. */
export interface OwnLabel {
  readonly outcome: Outcome;
  /** Undefined where so much was said since that what it did is no longer at hand. */
  readonly change: Change | undefined;
}

interface Kept {
  readonly learned: Learned;
  /** Oldest first. */
  readonly changes: readonly Change[];
  /** What the labels before each said, and whether that one was right. */
  readonly forecasts: readonly {
    readonly predicted: number;
    readonly observed: number;
  }[];
}

export class LearningReading {
  readonly #log: Pick<Log, "query">;
  readonly #stopFeed: () => void;
  readonly #kept = new Map<string, Promise<Kept | undefined>>();

  constructor(log: Pick<Log, "query" | "feed">) {
    this.#log = log;
    this.#stopFeed = log.feed((entries) => {
      for (const { type, subject } of entries) {
        // A reading under way may have missed it; whoever waits for that asked before.
        if (type === LEARNING_FEEDBACK) this.#kept.delete(subject);
      }
    });
  }

  close(): void {
    this.#stopFeed();
  }

  /** A page of what has labels, by kind and id. @throws {RangeError} for a foreign cursor */
  async list(
    { kind, limit, cursor }: {
      readonly kind: SubjectKind;
      readonly limit: number;
      readonly cursor?: string;
    },
  ) {
    const { rows, nextCursor } = await this.#log.query(LEARNING_VIEW, {
      prefix: `${kind}:`,
      limit,
      cursor,
    });
    const found = await Promise.all(rows.map(({ data }) => this.#at(data)));
    const kept = found.filter((one) => one !== undefined);
    const forecasts = kept.flatMap(({ forecasts }) => forecasts);
    return {
      items: kept.map(({ learned }) => learned),
      nextCursor,
      /** Whether a rule trusted to 80 % was right in eight of ten; null without labels. */
      calibration: forecasts.length === 0 ? null : calibrate({
        predicted: forecasts.map(({ predicted }) => predicted),
        observed: forecasts.map(({ observed }) => observed),
      }),
    };
  }

  /** What labels say of one rule or decision; undefined without any. */
  async of(kind: SubjectKind, id: string): Promise<Learned | undefined> {
    return (await this.#read(kind, id))?.learned;
  }

  /** What the newest labels of one rule or decision did, newest first. */
  async changesOf(kind: SubjectKind, id: string): Promise<readonly Change[]> {
    return (await this.#read(kind, id))?.changes.toReversed() ?? [];
  }

  /** What somebody said of a result in a channel; undefined if they said nothing there. */
  async saidBy(
    userId: string,
    { kind, id, evaluationId }: FeedbackSubject,
    channel: string,
  ): Promise<OwnLabel | undefined> {
    const key = labelPrefix(kind, id) + channel +
      labelKey({ userId, evaluationId });
    const { rows: [row] } = await this.#log.query(LABELS_VIEW, { key });
    const label = row && readLabelRow(row.data);
    if (!label) return undefined;
    const changes = await this.changesOf(kind, id);
    return {
      outcome: label.outcome,
      change: changes.find(({ label: { channel: where, offset } }) =>
        where === channel && offset === label.offset
      ),
    };
  }

  /** What the newest labels of all did, newest first. */
  async newest(limit: number): Promise<readonly Change[]> {
    const { rows } = await this.#log.query(LABELS_VIEW, {
      descending: true,
      limit,
    });
    const found = await Promise.all(rows.map(async ({ key, data }) => {
      const subject = subjectOfKey(key);
      const row = readLabelRow(data);
      if (!subject || !row) return [];
      const kept = await this.#read(subject.kind, subject.id);
      return kept?.changes.filter(({ label: { channel, offset } }) =>
        channel === row.channel && offset === row.offset
      ) ?? [];
    }));
    return found.flat();
  }

  /** Newest first, as many as a page shows. */
  async proposals(): Promise<readonly Json[]> {
    const { rows } = await this.#log.query(PROPOSALS_VIEW, {
      descending: true,
      limit: MAX_PROPOSALS,
    });
    return rows.map(({ data }) => data);
  }

  /** Weights that were accepted and may be taken up, accepted last first. */
  async learnedWeights(): Promise<readonly LearnedWeights[]> {
    const found = (await this.proposals()).flatMap((row) => {
      const proposal = readProposal(row);
      return proposal && learnedFrom(proposal) || [];
    });
    return found.toSorted((a, b) => b.acceptedAt - a.acceptedAt);
  }

  #at(data: Json): Promise<Kept | undefined> {
    const row = isJsonObject(data) ? data : {};
    const kind = SUBJECT_KINDS.find((one) => one === row.kind);
    return kind === undefined || typeof row.id !== "string"
      ? Promise.resolve(undefined)
      : this.#read(kind, row.id);
  }

  #read(kind: SubjectKind, id: string): Promise<Kept | undefined> {
    const key = `learning:${kind}:${id}`;
    const before = this.#kept.get(key);
    if (before) return before;
    const reading = this.#compute(kind, id);
    this.#kept.set(key, reading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest) this.#kept.delete(oldest);
    // The next to ask tries again.
    reading.catch(() => {
      if (this.#kept.get(key) === reading) this.#kept.delete(key);
    });
    return reading;
  }

  async #compute(kind: SubjectKind, id: string): Promise<Kept | undefined> {
    const newest: LabelRow[] = [];
    let cursor: string | undefined;
    do {
      const { rows, nextCursor } = await this.#log.query(LABELS_VIEW, {
        prefix: labelPrefix(kind, id),
        descending: true,
        limit: PAGE_ROWS,
        cursor,
      });
      newest.push(...rows.flatMap(({ data }) => readLabelRow(data) ?? []));
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined && newest.length < MAX_LABELS);
    const labels = inOrder(newest);
    const last = labels.at(-1);
    if (last === undefined) return undefined;
    const learned = { kind, id, ...trustIn(labels), changedAt: last.at };
    const steps = stepsIn(labels);
    return {
      learned,
      forecasts: steps.slice(-MAX_FORECASTS).map(({ before, label }) => ({
        predicted: before,
        observed: Number(label.outcome === "correct"),
      })),
      changes: steps.slice(-MAX_CHANGES).map((step) => ({ kind, id, ...step })),
    };
  }
}

function stepsIn(labels: readonly LabelRow[]) {
  let belief = PRIOR;
  return labels.map((label) => {
    const before = belief.alpha / (belief.alpha + belief.beta);
    belief = labelled(belief, label.outcome === "correct");
    const after = belief.alpha / (belief.alpha + belief.beta);
    return { label, before, after };
  });
}
