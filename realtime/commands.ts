/**
 * Executing commands: parse, least role, deduplicate, then the pipeline of the channel.
 * What a command means comes in as declarations; only their shape is known here.
 */
import { createHash } from "node:crypto";
import type {
  AnyCommandDeclaration,
  Area,
  RoleName,
} from "../domain/decider.ts";
import { isProperJson, type Json } from "./json.ts";
import { messageIdReused } from "./command_errors.ts";
import { Folds } from "./fold.ts";
import { canonical } from "./log/canonical.ts";
import type { ChannelPosition } from "./log/log.ts";
import { type Logger, SILENT } from "./logger.ts";
import {
  type CommandLog,
  type Counters,
  Pipeline,
  type PipelineParts,
} from "./pipeline.ts";
import type { Answer } from "./ride.ts";
import { RealtimeError } from "./realtime_error.ts";
import type { User } from "./user.ts";
import type { Tracing } from "./tracing.ts";
import { Turns } from "./turns.ts";
import { newId } from "./uuid.ts";

export type { Answer } from "./ride.ts";
export type { CommandDeclaration } from "../domain/decider.ts";

/** A declaration of any command: what lists of them hold. */
export type AnyCommand = AnyCommandDeclaration;

const MAX_FOLDS = 2000;

export interface CommandsOptions {
  readonly log: CommandLog;
  readonly declarations: readonly AnyCommand[];
  /** Reports whether a user has at least this role outside any session. */
  readonly authorize: (user: User, leastRole: RoleName) => boolean;
  /** ms since 1970. @default Date.now */
  readonly clock?: () => number;
  /** @default UUIDv7 */
  readonly newId?: (now: number) => string;
  /** Says nothing by default. */
  readonly logger?: Logger;
  /** @default none: nothing is traced */
  readonly tracing?: Tracing | undefined;
  /** Folds kept in memory, but for those in use. @default 2000 */
  readonly maxFolds?: number;
}

/** State of a subject and the channel's position it holds at. */
export interface Snapshot<State> {
  readonly state: State;
  readonly position: ChannelPosition;
}

export interface CommandStats extends Readonly<Counters> {
  readonly waiting: number;
  readonly inFlight: number;
  /** Channels with a command under way. */
  readonly channels: number;
  readonly folds: number;
}

export class Commands {
  readonly declarations: readonly AnyCommand[];
  readonly #byName: ReadonlyMap<string, AnyCommand>;
  readonly #authorize: (user: User, leastRole: RoleName) => boolean;
  readonly #parts: PipelineParts;
  readonly #pipelines = new Map<string, Pipeline>();
  /** Commands with a messageId that are not answered yet. */
  readonly #pending = new Map<string, Pending>();

  constructor(options: CommandsOptions) {
    const { log, logger = SILENT, maxFolds = MAX_FOLDS } = options;
    this.declarations = options.declarations;
    this.#byName = new Map(this.declarations.map((d) => [d.name, d]));
    if (this.#byName.size !== this.declarations.length) {
      throw new RangeError("Cannot declare two commands of one name");
    }
    this.#authorize = options.authorize;
    this.#parts = {
      log,
      logger,
      tracing: options.tracing,
      folds: new Folds({ log, logger, maxFolds }),
      turns: new Turns(log, () => performance.now()),
      clock: options.clock ?? Date.now,
      newId: options.newId ?? newId,
      counters: {
        executed: 0,
        refused: 0,
        conflicts: 0,
        duplicates: 0,
        unavailable: 0,
      },
    };
  }

  /**
   * Executes a command. Everything up to its place in the line of its channel happens
   * before this returns, so calls take effect in the order they were made.
   *
   * @throws {RealtimeError} `invalid`, `forbidden`, `conflict`, `unavailable` or `internal`.
   * @throws A `Refusal` of the domain, as `decide` threw it.
   */
  execute(
    name: string,
    input: unknown,
    options: { readonly user: User; readonly messageId?: string },
  ): Promise<Answer> {
    const { tracing } = this.#parts;
    const execute = () => this.#execute(name, input, options);
    // What is no command of ours is no name for a span either.
    if (tracing === undefined || !this.#byName.has(name)) return execute();
    return tracing.span("command", { "regulens.command": name }, execute);
  }

  async #execute(
    name: string,
    input: unknown,
    { user, messageId }: { readonly user: User; readonly messageId?: string },
  ): Promise<Answer> {
    const declaration = this.#byName.get(name);
    if (!declaration) throw unknownCommand(name);
    const parsed = parseInput(declaration, input);
    if (!this.#authorize(user, declaration.role)) {
      throw new RealtimeError(
        "forbidden",
        `Cannot ${spoken(name)} with your role: it takes ${declaration.role}`,
        { reason: "not_allowed" },
      );
    }
    if (messageId === undefined) {
      return await this.#run(declaration, parsed, user);
    }

    const scope = declaration.scope ?? declaration.channel(parsed, user);
    const requestHash = hashOf(name, parsed);
    const key = JSON.stringify([user.userId, scope, messageId]);
    const pending = this.#pending.get(key);
    if (pending) {
      if (pending.requestHash !== requestHash) throw messageIdReused();
      const { result, positions } = await pending.answer;
      this.#parts.counters.duplicates++;
      return { result, positions, duplicate: true };
    }
    const once = { messageId, scope, requestHash };
    const answer = this.#run(declaration, parsed, user, once);
    this.#pending.set(key, { requestHash, answer });
    try {
      return await answer;
    } finally {
      this.#pending.delete(key);
    }
  }

  /** The channel a command would write to; undefined when it is not known before deciding. */
  channelOf(name: string, input: unknown, user: User): string | undefined {
    const declaration = this.#byName.get(name);
    if (declaration === undefined || declaration.complete) return undefined;
    const parsed = declaration.input.safeParse(input);
    return parsed.success ? declaration.channel(parsed.data, user) : undefined;
  }

  /**
   * The committed state of a subject and the position it holds at: at once when its fold is
   * kept, otherwise after reading the log. A subject without entries has the initial state.
   */
  state<State>(
    area: Area<State, never>,
    channel: string,
    subject: string,
  ): Snapshot<State> | Promise<Snapshot<State>> {
    const { folds } = this.#parts;
    const fold = folds.hold(area, channel, subject);
    const snapshot = () => ({
      state: fold.state,
      position: folds.position(fold),
    });
    if (fold.loading === undefined) {
      const now = snapshot();
      folds.release(fold);
      return now;
    }
    return fold.loading.then(snapshot).finally(() => folds.release(fold));
  }

  stats(): CommandStats {
    let waiting = 0;
    let inFlight = 0;
    for (const pipeline of this.#pipelines.values()) {
      waiting += pipeline.waiting;
      inFlight += pipeline.inFlight;
    }
    const channels = this.#pipelines.size;
    const folds = this.#parts.folds.size;
    return { ...this.#parts.counters, waiting, inFlight, channels, folds };
  }

  /** Stops following the log. Call it when no command comes any more. */
  close(): void {
    this.#parts.folds.close();
  }

  #run(
    declaration: AnyCommand,
    parsed: unknown,
    user: User,
    once?: { messageId: string; scope: string; requestHash: string },
  ): Promise<Answer> {
    const { clock, newId } = this.#parts;
    const input =
      declaration.complete?.(parsed, () => newId(clock()), digest) ?? parsed;
    const channel = declaration.channel(input, user);
    const subject = declaration.subject(input);
    let pipeline = this.#pipelines.get(channel);
    if (!pipeline) {
      pipeline = new Pipeline(
        this.#parts,
        () => this.#pipelines.delete(channel),
      );
      this.#pipelines.set(channel, pipeline);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    pipeline.run({
      declaration,
      input,
      user,
      channel,
      subject,
      also: declaration.also?.(input) ?? {},
      once,
      resolve,
      reject,
    });
    return promise;
  }
}

interface Pending {
  readonly requestHash: string;
  readonly answer: Promise<Answer>;
}

/** @throws {RealtimeError} `invalid`, with every place where the input is wrong */
export function parseInput(
  declaration: Pick<AnyCommand, "name" | "input">,
  input: unknown,
): unknown {
  const parsed = declaration.input.safeParse(input);
  if (parsed.success) {
    // What the log cannot keep is the caller's mistake, not ours.
    if (isProperJson(input)) return parsed.data;
    const what = "the input must hold finite numbers and well-formed Unicode";
    throw new RealtimeError(
      "invalid",
      `Cannot ${spoken(declaration.name)}: ${what}`,
      { errors: [{ path: "", message: what }] },
    );
  }
  const errors = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join("."),
    message,
  }));
  const [first] = errors;
  const where = first.path === "" ? "" : `${first.path}: `;
  throw new RealtimeError(
    "invalid",
    `Cannot ${spoken(declaration.name)}: ${where}${first.message}`,
    { errors },
  );
}

function hashOf(command: string, input: unknown): string {
  // Through JSON: a parsed input may hold `undefined` where a field was left out.
  const request: Json = JSON.parse(JSON.stringify({ command, input }));
  return digest(request);
}

function digest(value: Json): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

function spoken(name: string): string {
  return name.replaceAll("_", " ");
}

/** The same for every name that nobody outside has. */
export function unknownCommand(name: string): RealtimeError {
  const message = `Cannot execute: no command of this name, got ${
    JSON.stringify(name.slice(0, 64))
  }`;
  return new RealtimeError("invalid", message, {
    reason: "unknown_command",
    errors: [{ path: "command", message: "no command of this name" }],
  });
}
