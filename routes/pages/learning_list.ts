/** What the page of learning shows a reader: trust by name, what changed it, proposals. */
import { z } from "zod";
import { ALERTS_VIEW } from "../../domain/alerts/view.ts";
import { DECISIONS_VIEW } from "../../domain/decisions/live/view.ts";
import type { Calibration } from "../../domain/learning/calibration.ts";
import type { Outcome, SubjectKind } from "../../domain/learning/events.ts";
import { LEARNING_CHANNEL } from "../../domain/learning/feedback_command.ts";
import { RULES_VIEW } from "../../domain/rules/book/view.ts";
import type { Log } from "../../realtime/log/log.ts";
import type { User } from "../../realtime/user.ts";
import { AuditAccess } from "../audit_access.ts";
import type { Change, Learned, LearningReading } from "../learning_reading.ts";

const PER_PAGE = 50;
const MAX_DECISIONS = 20;
const MAX_CHANGES = 12;
/** Rules and decisions that forms offer, last changed first. */
const MAX_OFFERED = 100;

/** A rule or decision by name; without `href` where the reader may not see it. */
export interface Named {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly name: string;
  readonly href?: string;
}

export interface ShownChange {
  readonly about: Named;
  readonly outcome: Outcome;
  readonly at: number;
  readonly before: number;
  readonly after: number;
  /** Undefined where it was said in a session the reader may not see. */
  readonly said?: {
    readonly by: string;
    readonly comment: string | null;
    /** The session it was said in. */
    readonly href?: string;
  };
}

export interface LearnedRow {
  readonly about: Named;
  readonly learned: Learned;
  readonly last: ShownChange | undefined;
}

/** Rows are ours; the schemas read them back as what they were. */
const Proposal = z.object({
  proposalId: z.string(),
  status: z.enum(["open", "accepted", "rejected"]),
  weights: z.array(z.object({
    id: z.string(),
    label: z.string(),
    before: z.number(),
    after: z.number(),
  })),
  evidence: z.object({
    decisionIds: z.array(z.string()),
    counted: z.number(),
    before: z.number(),
    after: z.number(),
    restsOn: z.array(z.string()),
  }),
  proposedBy: z.object({ userId: z.string(), name: z.string() }),
  proposedAt: z.number(),
  settledBy: z.object({ name: z.string() }).nullable(),
  settledAt: z.number().nullable(),
  reason: z.string().nullable(),
});
export type ShownProposal = z.infer<typeof Proposal>;

const RuleRow = z.object({ ruleId: z.string(), name: z.string() });
const AlertRow = z.object({
  title: z.string(),
  sessionId: z.string().nullable(),
});

/** The views that names of subjects are read from. */
const NAMED_IN = {
  rule: RULES_VIEW,
  decision: DECISIONS_VIEW,
  alert: ALERTS_VIEW,
} as const satisfies Record<SubjectKind, string>;

const DecisionRow = z.object({
  decisionId: z.string(),
  sessionId: z.string().nullable(),
  title: z.string(),
  status: z.string(),
  chosen: z.string().nullable(),
});
const Said = z.object({ comment: z.string().nullable() });

export interface LearningPage {
  readonly rules: readonly LearnedRow[];
  readonly decisions: readonly LearnedRow[];
  readonly nextCursor: string | null;
  /** Of the rules shown; null without labels. */
  readonly calibration: Calibration | null;
  readonly changes: readonly ShownChange[];
  readonly proposals: readonly ShownProposal[];
  /** For the forms: rules of the book, closed decisions of the house. */
  readonly offered: {
    readonly rules: readonly z.infer<typeof RuleRow>[];
    readonly decisions: readonly z.infer<typeof DecisionRow>[];
  };
}

export class LearningList {
  readonly #log: Pick<Log, "head" | "query" | "read">;
  readonly #reading: LearningReading;
  readonly #access: AuditAccess;

  constructor(
    log: Pick<Log, "head" | "query" | "read">,
    reading: LearningReading,
    user: User,
  ) {
    this.#log = log;
    this.#reading = reading;
    this.#access = new AuditAccess(log, user);
  }

  async page(cursor: string | undefined): Promise<LearningPage> {
    const limit = PER_PAGE;
    const list = this.#reading.list({ kind: "rule", limit, cursor })
      .catch((error: unknown) => {
        // A cursor of another time or hand: the list starts over instead of failing.
        if (!(error instanceof RangeError)) throw error;
        return this.#reading.list({ kind: "rule", limit });
      });
    const [rules, decisions, changes, proposals, offered] = await Promise.all([
      list,
      this.#reading.list({ kind: "decision", limit: MAX_DECISIONS }),
      this.#reading.newest(MAX_CHANGES),
      this.#reading.proposals(),
      this.#offered(),
    ]);
    return {
      rules: await Promise.all(rules.items.map((one) => this.#row(one))),
      decisions: await Promise.all(
        decisions.items.map((one) => this.#row(one)),
      ),
      nextCursor: rules.nextCursor,
      calibration: rules.calibration,
      changes: await Promise.all(changes.map((one) => this.#change(one))),
      proposals: proposals.flatMap((one) => Proposal.safeParse(one).data ?? []),
      offered,
    };
  }

  /** What the newest labels of one of them did, newest first. */
  async changesOf(
    { kind, id }: Pick<Learned, "kind" | "id">,
    limit: number,
  ): Promise<readonly ShownChange[]> {
    const changes = await this.#reading.changesOf(kind, id);
    return await Promise.all(
      changes.slice(0, limit).map((one) => this.#change(one)),
    );
  }

  async #row(learned: Learned): Promise<LearnedRow> {
    const [last] = await this.#reading.changesOf(learned.kind, learned.id);
    return {
      learned,
      about: await this.#name(learned),
      last: last && await this.#change(last),
    };
  }

  async #change(change: Change): Promise<ShownChange> {
    const { label: { channel, offset, outcome, name, at }, before, after } =
      change;
    const about = await this.#name(change);
    const shown = { about, outcome, at, before, after };
    if (!await this.#access.mayRead(channel)) return shown;
    const [entry] = await this.#log.read(channel, offset - 1, 1);
    // An erased body takes the comment along.
    const said = Said.safeParse(JSON.parse(entry?.bodyText ?? "null")).data;
    return {
      ...shown,
      said: {
        by: name,
        comment: said?.comment ?? null,
        href: channel === LEARNING_CHANNEL
          ? undefined
          : `/sessions/${channel.slice(channel.indexOf(":") + 1)}`,
      },
    };
  }

  async #name(
    { kind, id }: Pick<Learned, "kind" | "id">,
  ): Promise<Named> {
    const view = NAMED_IN[kind];
    const { rows: [row] } = await this.#log.query(view, { key: id, limit: 1 });
    if (kind === "alert") {
      const alert = AlertRow.safeParse(row?.data).data;
      const mayRead = alert && (alert.sessionId === null ||
        await this.#access.mayRead(`session:${alert.sessionId}`));
      return mayRead
        ? {
          kind,
          id,
          name: alert.title,
          href: `/alerts?open=${id}#alert-${id}`,
        }
        : { kind, id, name: "An alert of a session" };
    }
    if (kind === "rule") {
      const rule = RuleRow.safeParse(row?.data).data;
      // One that was only written into an evaluation has no page.
      return rule
        ? { kind, id, name: rule.name, href: `/rules/${id}` }
        : { kind, id, name: id };
    }
    const decision = DecisionRow.safeParse(row?.data).data;
    const mayRead = decision && (decision.sessionId === null ||
      await this.#access.mayRead(`session:${decision.sessionId}`));
    return mayRead
      ? { kind, id, name: decision.title, href: `/decisions/${id}` }
      : { kind, id, name: "A decision of a session" };
  }

  async #offered(): Promise<LearningPage["offered"]> {
    const options = { descending: true, limit: MAX_OFFERED };
    const [rules, decisions] = await Promise.all([
      this.#log.query(RULES_VIEW, options),
      this.#log.query(DECISIONS_VIEW, options),
    ]);
    return {
      rules: rules.rows.flatMap(({ data }) =>
        RuleRow.safeParse(data).data ?? []
      ).sort((a, b) => a.name.localeCompare(b.name)),
      decisions: decisions.rows.flatMap(({ data }) =>
        DecisionRow.safeParse(data).data ?? []
      ).filter(({ status, sessionId, chosen }) =>
        status === "closed" && sessionId === null && chosen !== null
      ),
    };
  }
}
