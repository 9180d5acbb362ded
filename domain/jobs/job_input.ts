/** What may come in about jobs, checked. What a kind of job works on, its declaration says. */
import { z } from "zod";
import { Id } from "../common_input.ts";
import type { Json, RoleName } from "../decider.ts";
import { JOB_MODES, JOB_PRIORITIES, type JobMode } from "./events.ts";

/** Inputs of one batch, at most. */
export const MAX_ITEMS = 1_000;
const MAX_ATTEMPTS = 10;
const DEFAULT_ATTEMPTS = 3;
/** Mistakes told at most: a few places are enough. */
const MAX_ISSUES = 20;

/** A kind of job by what may be submitted. */
export interface JobKindDeclaration {
  readonly type: string;
  /** One line for the API's document and the page. */
  readonly summary: string;
  readonly input: z.ZodType;
  /** Least role of who may submit it. */
  readonly role: RoleName;
  readonly modes: readonly JobMode[];
  /** What a job is about, for lists: never anything that not everyone may read. */
  readonly about?: (input: unknown) => string | null;
}

export const OfJob = z.object({ jobId: Id, sessionId: Id.optional() });
export type OfJob = z.infer<typeof OfJob>;

export interface SubmitJob {
  readonly id?: string;
  readonly type: string;
  readonly priority: typeof JOB_PRIORITIES[number];
  readonly mode: JobMode;
  readonly input: Json;
  readonly sessionId?: string;
  readonly maxAttempts: number;
}

/** JSON of any kind; whether it can be kept, every command's input is asked as a whole. */
const Value = z.custom<Json>((value) => value !== undefined, {
  error: "is missing",
});

/** A submission, its input checked by its kind; what is kept is the input as it came. */
export function submitJobInput(
  kinds: readonly JobKindDeclaration[],
): z.ZodType<SubmitJob> {
  return z.object({
    type: z.string().meta({ enum: kinds.map(({ type }) => type) }),
    priority: z.enum(JOB_PRIORITIES).default("MEDIUM"),
    mode: z.enum(JOB_MODES).default("async").meta({
      description: "sync: the answer waits up to 10 s for the end; " +
        "batch: `input.items`, an outcome for each; " +
        "streaming: parts of the result as signals on your own channel",
    }),
    input: Value.meta({
      description: "By type: " +
        kinds.map(({ type, summary }) => `${type}: ${summary}`).join("; "),
    }),
    sessionId: Id.optional().meta({
      description: "Then it appears in this session alone",
    }),
    maxAttempts: z.int().min(1).max(MAX_ATTEMPTS).default(DEFAULT_ATTEMPTS)
      .meta({ description: "Tries before it becomes a dead letter" }),
  }).superRefine((body, context) => {
    const issue = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    const kind = kinds.find(({ type }) => type === body.type);
    if (kind === undefined) {
      const known = kinds.map(({ type }) => type).join(", ");
      return issue(["type"], `No such kind of job: one of ${known}`);
    }
    if (!kind.modes.includes(body.mode)) {
      const able = kind.modes.join(", ");
      return issue(["mode"], `${kind.type} jobs are ${able}`);
    }
    for (const { path, message } of mistakesIn(kind, body)) {
      issue(path, message);
    }
  });
}

/** The inputs of a batch; undefined where it is none. */
export function itemsOf(input: unknown): readonly unknown[] | undefined {
  const batch = Batch.safeParse(input);
  return batch.success ? batch.data.items : undefined;
}

const Batch = z.object({ items: z.array(z.unknown()).min(1).max(MAX_ITEMS) });

function mistakesIn(
  { input: shape }: JobKindDeclaration,
  { mode, input }: Pick<SubmitJob, "mode" | "input">,
) {
  if (mode !== "batch") return issuesOf(shape, input, ["input"]);
  const batch = Batch.safeParse(input);
  if (!batch.success) return issuesOf(Batch, input, ["input"]);
  return batch.data.items
    .flatMap((item, index) => issuesOf(shape, item, ["input", "items", index]))
    .slice(0, MAX_ISSUES);
}

function issuesOf(
  shape: z.ZodType,
  input: unknown,
  at: readonly (string | number)[],
): { path: (string | number)[]; message: string }[] {
  const { error } = shape.safeParse(input);
  return (error?.issues ?? []).slice(0, MAX_ISSUES)
    .map(({ path, message }) => ({
      path: [
        ...at,
        ...path.map((part) => typeof part === "symbol" ? "" : part),
      ],
      message,
    }));
}

const Claim = z.int().positive();
const LeaseMs = z.int().positive();

export const ClaimJob = OfJob.extend({
  expected: Claim,
  worker: z.string().min(1).max(128),
  leaseMs: LeaseMs,
});
export const RenewJob = OfJob.extend({ claim: Claim, leaseMs: LeaseMs });
export const ReleaseJob = OfJob.extend({ claim: Claim });
export const ReturnJob = OfJob.extend({ expected: Claim });
export const FinishJob = OfJob.extend({
  claim: Claim,
  outcome: z.discriminatedUnion("state", [
    z.object({ state: z.literal("done"), result: Value }),
    z.object({
      state: z.literal("failed"),
      error: z.string().min(1),
      retryInMs: z.int().nonnegative().nullable(),
    }),
  ]),
});
