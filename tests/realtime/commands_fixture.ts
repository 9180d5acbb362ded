/** For the commands tests: a small area with a rule to break, and a log whose commits can be held. */
import { z } from "zod";
import type {
  Area,
  CommandDeclaration,
  RoleName,
} from "../../domain/decider.ts";
import { Commands } from "../../realtime/commands.ts";
import {
  type Commit,
  type Committed,
  type Log,
  LogUnavailable,
} from "../../realtime/log/log.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import type { CommandLog } from "../../realtime/pipeline.ts";
import type { User } from "../../realtime/user.ts";

export const ANN: User = { userId: "ann", name: "Ann", roles: ["member"] };
export const EVE: User = { userId: "eve", name: "Eve", roles: ["observer"] };

/** A refusal known by its shape only, as `realtime/` sees it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly code: string) {
    super(code);
  }
}

export const LIMIT = 10;

interface Jar {
  readonly count: number;
  readonly sealed: boolean;
  /** Of its last entry; only kept by labelled jars. */
  readonly offset?: number;
}

type JarCommand = { put: number } | { seal: true } | { break: true };

/** A jar holds at most ten; putting nothing is no event; a sealed one takes nothing. */
export const jars: Area<Jar, JarCommand> = {
  name: "jars",
  initial: () => ({ count: 0, sealed: false }),
  evolve(state, { body }) {
    if (body?.event === "put") {
      return { ...state, count: state.count + Number(body.amount) };
    }
    return body?.event === "sealed" ? { ...state, sealed: true } : state;
  },
  decide(state, command) {
    if ("break" in command) throw new TypeError("a bug in decide");
    if (state.sealed) throw new Refusal("jar_sealed");
    if ("seal" in command) {
      return [{ type: "JAR", v: 1, body: { event: "sealed" } }];
    }
    if (state.count + command.put > LIMIT) throw new Refusal("jar_full");
    if (command.put === 0) return [];
    return [{
      type: "JAR",
      v: 1,
      body: { event: "put", amount: command.put },
    }];
  },
  index: (state, event) => [{
    view: "jars",
    key: event.channel,
    sort: event.at,
    data: { count: state.count },
  }],
};

/** Jars whose answers hold the offset of their last entry. */
export const labelledJars: Area<Jar, JarCommand> = {
  ...jars,
  name: "labelled_jars",
  keepsOffsets: true,
  evolve: (state, event) => ({
    ...jars.evolve(state, event),
    offset: event.offset,
  }),
};

const InJar = z.object({
  channel: z.string().default("c"),
  jar: z.string().default("jar"),
});
type InJar = z.infer<typeof InJar>;

function declare<Input extends InJar>(
  area: Area<Jar, JarCommand>,
  name: string,
  input: z.ZodType<Input>,
  command: (input: NoInfer<Input>) => JarCommand,
  role: RoleName = "member",
): CommandDeclaration<Input, Jar, JarCommand> {
  return {
    name,
    summary: name,
    input,
    role,
    http: { method: "POST", path: `/${name}`, status: 200 },
    area,
    channel: ({ channel }) => channel,
    subject: ({ jar }) => jar,
    command,
    result: ({ count, offset }) => ({
      count,
      ...(offset !== undefined && { offset }),
    }),
  };
}

const Put = InJar.extend({ amount: z.int().nonnegative() });

const declarationsFor = (area: Area<Jar, JarCommand>) => [
  declare(area, "put", Put, ({ amount }) => ({ put: amount })),
  declare(area, "seal", InJar, () => ({ seal: true })),
  declare(area, "break", InJar, () => ({ break: true })),
];

/** A real log in memory; commits to a held channel wait until they are let go. */
export class HeldLog implements CommandLog {
  readonly inner: Log;
  readonly held: { commit: Commit; go: (error?: Error) => Promise<void> }[] =
    [];
  recalls = 0;
  readonly #holding = new Set<string>();

  constructor(inner: Log = createMemoryLog()) {
    this.inner = inner;
  }

  hold(channel = "c"): void {
    this.#holding.add(channel);
  }

  /** Lets all held commits go in their order, or fails them; nothing is held any more. */
  async letGo(error?: Error): Promise<void> {
    this.#holding.clear();
    for (const { go } of this.held.splice(0)) await go(error);
  }

  commit(commit: Commit): Promise<Committed> {
    if (!this.#holding.has(commit.writes[0].channel)) {
      return this.inner.commit(commit);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Committed>();
    const go = async (error?: Error) => {
      if (error) return reject(error);
      await this.inner.commit(commit).then(resolve, reject);
    };
    this.held.push({ commit, go });
    return promise;
  }

  recall: Log["recall"] = (recall) => {
    this.recalls++;
    return this.inner.recall(recall);
  };
  readSubject: Log["readSubject"] = (...args) =>
    this.inner.readSubject(...args);
  head: Log["head"] = (channel) => this.inner.head(channel);
  feed: Log["feed"] = (...args) => this.inner.feed(...args);
}

export const DOWN = new LogUnavailable("the disk is full");

export function createCommands(
  log: CommandLog,
  { area = jars, ...options }: {
    area?: Area<Jar, JarCommand>;
    maxFolds?: number;
  } = {},
): Commands {
  let now = 1_000;
  return new Commands({
    log,
    declarations: declarationsFor(area),
    authorize: (user, least) =>
      user.roles.includes(least) || user.roles.includes("admin"),
    clock: () => now++,
    ...options,
  });
}

export function put(
  commands: Commands,
  amount: number,
  options: {
    channel?: string;
    jar?: string;
    messageId?: string;
    user?: User;
  } = {},
) {
  const { messageId, user = ANN, ...place } = options;
  return commands.execute("put", { amount, ...place }, { user, messageId });
}

/** Amounts in a jar's log, in their order: what was really kept. */
export async function amounts(
  log: Pick<Log, "readSubject">,
  channel = "c",
  jar = "jar",
): Promise<number[]> {
  const entries = await log.readSubject(channel, jar, 0, 1000);
  return entries.map(({ bodyText }) => JSON.parse(bodyText!).amount);
}

/** What became of a promise, in words that read well in an assertion. */
export async function fate(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return "done";
  } catch (error) {
    const { code } = z.object({ code: z.string() }).parse(error);
    return code;
  }
}
