/** The demo as a whole: whether there is one, building it, taking it away. One of them at a time. */
import { hasRole } from "../../domain/access.ts";
import { ALERTS_VIEW } from "../../domain/alerts/view.ts";
import { DECISIONS_VIEW } from "../../domain/decisions/live/view.ts";
import { RULES_VIEW } from "../../domain/rules/book/view.ts";
import { SESSIONS_VIEW } from "../../domain/sessions/view.ts";
import type { Commands } from "../../realtime/commands.ts";
import type { Log } from "../../realtime/log/log.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import { SERVICE_USER } from "../auth_identify.ts";
import type { DemoCallsOptions } from "./demo_calls.ts";
import { DemoRecord, type DemoStage } from "./demo_record.ts";
import type { DemoGuest } from "./demo_step.ts";
import { loadDemo } from "./load_demo.ts";
import {
  demandNotHeld,
  removeDemo,
  type RemoveDemoOptions,
} from "./remove_demo.ts";

export interface DemoOptions extends DemoCallsOptions {
  readonly log: Pick<
    Log,
    "commit" | "query" | "read" | "readSubject" | "recall"
  >;
  readonly removals: RemoveDemoOptions["removals"];
  readonly commands: Pick<Commands, "state">;
  /** Anyone can sign in as anyone: then whoever finds it empty may load the demo. */
  readonly isOpenHouse: boolean;
  /** Told whenever there is another demo, or none any more. */
  readonly changed?: (stage: DemoStage) => void;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
}

export interface DemoStatus {
  readonly stage: DemoStage;
  /** Steps of what is under way in this process; null when nothing is. */
  readonly progress: { readonly done: number; readonly total: number } | null;
}

export interface LoadOptions {
  readonly user: User;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
}

export class Demo {
  readonly #options: DemoOptions;
  readonly #record: DemoRecord;
  readonly #ending = new AbortController();
  /** What is under way; never rejects. */
  #underWay: Promise<unknown> = Promise.resolve();
  #progress: DemoStatus["progress"] = null;

  constructor(options: DemoOptions) {
    const { log, now = Date.now } = options;
    this.#options = options;
    this.#record = new DemoRecord(log, { now });
  }

  async status(): Promise<DemoStatus> {
    return { stage: await this.#record.read(), progress: this.#progress };
  }

  /** Whether this user may load it: who leads here, or anybody who finds an empty house. */
  async mayLoad(user: User): Promise<boolean> {
    if (hasRole(user, "facilitator")) return true;
    return this.#options.isOpenHouse && hasRole(user, "observer") &&
      await this.isEmpty();
  }

  mayRemove(user: User): boolean {
    return hasRole(user, "facilitator");
  }

  /** Whether there is nothing here yet, of anybody. */
  async isEmpty(): Promise<boolean> {
    const views = [SESSIONS_VIEW, DECISIONS_VIEW, ALERTS_VIEW, RULES_VIEW];
    const found = await Promise.all(
      views.map((view) => this.#options.log.query(view, { limit: 1 })),
    );
    return found.every(({ rows }) => rows.length === 0);
  }

  /**
   * Builds it, or what is missing of it; resolves when all is there.
   *
   * @throws {RealtimeError} `forbidden`, or `conflict` while it is being removed.
   * @throws {DemoRefused} @throws The signal's reason, once it is aborted
   */
  load({ user, signal, progress }: LoadOptions): Promise<DemoStage> {
    return this.#oneByOne(async () => {
      const before = await this.#record.read();
      if (before.stage === "loaded") return before;
      // One that has begun is nobody's house any more: whoever may look may go on with it.
      if (before.stage === "none" && !await this.mayLoad(user)) {
        throw notAllowed();
      }
      const stage = await this.#record.start(guestOf(user), user.userId);
      if (stage.stage !== "started") throw beingRemoved();
      const signals = [this.#ending.signal, ...signal ? [signal] : []];
      await loadDemo(stage.plan, {
        fetch: this.#options.fetch,
        signIns: this.#options.signIns,
        signal: AbortSignal.any(signals),
        progress: (done, total) => {
          this.#progress = { done, total };
          progress?.(done, total);
        },
      });
      await this.#record.reach("loaded", user.userId);
      return await this.#tell();
    });
  }

  /**
   * Takes it away; nothing when there is none.
   *
   * @throws {RealtimeError} `forbidden`. @throws {LogHeld} while part of it is on legal hold
   */
  remove(user: User): Promise<DemoStage> {
    if (!this.mayRemove(user)) return Promise.reject(notAllowed());
    return this.#oneByOne(async () => {
      const stage = await this.#record.read();
      if (stage.stage === "none") return stage;
      const { log, commands, removals } = this.#options;
      await demandNotHeld(stage.plan, log);
      await this.#record.reach("removing", user.userId);
      await this.#tell();
      await removeDemo(stage.plan, { log, commands, removals, user });
      await this.#record.reach("removed", user.userId);
      return await this.#tell();
    });
  }

  /** Ends what is under way and resolves when it has; a later load goes on there. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#underWay;
  }

  /** Tells who listens which demo there is now. */
  async #tell(): Promise<DemoStage> {
    const stage = await this.#record.read();
    this.#options.changed?.(stage);
    return stage;
  }

  #oneByOne<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    const acting = this.#underWay.then(() => {
      this.#ending.signal.throwIfAborted();
      return act();
    }).finally(() => this.#progress = null);
    this.#underWay = acting.catch(() => {});
    return acting;
  }
}

/** A program has no vote to give. */
function guestOf({ userId, name, roles }: User): DemoGuest | null {
  if (userId === SERVICE_USER.userId) return null;
  const role = hasRole({ userId, roles }, "member") ? "member" : "observer";
  return { userId, name, role };
}

function notAllowed(): RealtimeError {
  const message =
    "Cannot change the demo: it takes a facilitator, or a house with nothing in it";
  return new RealtimeError("forbidden", message, { reason: "not_allowed" });
}

function beingRemoved(): RealtimeError {
  const message = "Cannot load the demo: it is being removed";
  return new RealtimeError("conflict", message);
}
