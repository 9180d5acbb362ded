/** Reading live decisions for somebody: one of them, and the list of those they may see. */
import { DECISIONS_VIEW } from "../domain/decisions/live/view.ts";
import {
  decisionChannel,
  decisions,
  decisionSubject,
} from "../domain/decisions/live/decision_commands.ts";
import type {
  DecisionState,
  LiveDecision,
} from "../domain/decisions/live/live_decision.ts";
import {
  SEALED_SHEETS_SUBJECT,
  sealedSheets,
  sealedSheetsChannel,
} from "../domain/decisions/live/sealed.ts";
import type { Scores } from "../domain/decisions/live/events.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Commands, Snapshot } from "../realtime/commands.ts";
import type { Json } from "../realtime/json.ts";
import type { Log } from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";
import { maySeeSession, sessionOfRow } from "./session_sight.ts";

/** Pages of rows looked at for one list; someone who may see few gets a short one. */
const MAX_PAGES = 20;

export interface DecisionSources {
  readonly commands: Pick<Commands, "state">;
  readonly log: Pick<Log, "query">;
}

/** A decision, and its reader's own scores where nobody else may see them yet. */
export interface ReadDecision {
  readonly decision: LiveDecision;
  readonly own: Scores | null;
  readonly position: Snapshot<unknown>["position"];
}

export class DecisionReading {
  readonly #sources: DecisionSources;

  constructor(sources: DecisionSources) {
    this.#sources = sources;
  }

  /** @throws {Refusal} `decision_not_found`, also where one may not even look */
  async read(user: User, decisionId: string): Promise<ReadDecision> {
    const { rows: [row] } = await this.#sources.log.query(DECISIONS_VIEW, {
      key: decisionId,
    });
    if (!row || !await this.#maySee(user, row.data)) {
      throw new Refusal("decision_not_found");
    }
    const { state, position } = await this.#sources.commands.state<
      DecisionState
    >(
      decisions,
      decisionChannel(sessionOfRow(row.data)),
      decisionSubject(decisionId),
    );
    if (state.status === "none") throw new Refusal("decision_not_found");
    return { decision: state, position, own: await this.#own(state, user) };
  }

  /** Newest first. @throws {RangeError} If the cursor is none of this list's */
  async list(
    user: User,
    { limit, cursor, sessionId }: {
      readonly limit: number;
      readonly cursor?: string;
      /** Only those of this session. */
      readonly sessionId?: string;
    },
  ): Promise<{ items: Json[]; nextCursor: string | null }> {
    const items: Json[] = [];
    let next = cursor ?? null;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { rows, nextCursor } = await this.#sources.log.query(
        DECISIONS_VIEW,
        {
          descending: true,
          limit: limit - items.length,
          cursor: next ?? undefined,
        },
      );
      for (const { data } of rows) {
        if (sessionId !== undefined && sessionOfRow(data) !== sessionId) {
          continue;
        }
        if (await this.#maySee(user, data)) items.push(data);
      }
      next = nextCursor;
      if (next === null || items.length >= limit) break;
    }
    return { items, nextCursor: next };
  }

  async #own(decision: LiveDecision, user: User): Promise<Scores | null> {
    const sheet = decision.sheets.get(user.userId);
    if (sheet === undefined) return null;
    if (sheet.scores !== null) return sheet.scores;
    const { state: sealed } = await this.#sources.commands.state(
      sealedSheets,
      sealedSheetsChannel(decision.decisionId),
      SEALED_SHEETS_SUBJECT,
    );
    return sealed.get(user.userId)?.scores ?? null;
  }

  #maySee(user: User, data: Json): Promise<boolean> {
    const { commands } = this.#sources;
    return maySeeSession(commands, user, sessionOfRow(data));
  }
}
