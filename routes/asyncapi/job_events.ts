/** What is told of jobs: to everyone that there are some, to their submitter how they go. */
import { z } from "zod";
import {
  JOB_MODES,
  JOB_PRIORITIES,
  type JobEventName,
} from "../../domain/jobs/events.ts";
import { Anything, event, Instant, signal, UserId } from "./event_shapes.ts";

const JOB = { jobId: z.string(), jobType: z.string(), userId: UserId };
const BY_SOMEBODY = { by: UserId, byName: z.string() };
const TOLD = { jobId: z.string(), jobType: z.string(), sequence: z.int() };

export const JOB_EVENTS = {
  job_submitted: event("job_submitted", {
    ...JOB,
    name: z.string(),
    priority: z.enum(JOB_PRIORITIES),
    mode: z.enum(JOB_MODES),
    sessionId: z.string().nullable(),
    about: z.string().nullable(),
    maxAttempts: z.int(),
  }),
  job_claimed: event("job_claimed", {
    ...JOB,
    worker: z.string(),
    leaseUntil: Instant,
  }),
  job_lease_renewed: event("job_lease_renewed", {
    ...JOB,
    leaseUntil: Instant,
  }),
  job_released: event("job_released", JOB),
  job_returned: event("job_returned", JOB),
  job_requeued: event("job_requeued", JOB),
  job_retried: event("job_retried", { ...JOB, ...BY_SOMEBODY }),
  job_done: event("job_done", { ...JOB, claim: z.int() }),
  job_failed: event("job_failed", {
    ...JOB,
    error: z.string(),
    retryAt: Instant.nullable(),
  }),
  job_dead: event("job_dead", { ...JOB, error: z.string() }),
  job_cancelled: event("job_cancelled", { ...JOB, ...BY_SOMEBODY }),
  job_progress: signal("job_progress", {
    ...TOLD,
    about: z.string().nullable(),
    state: z.literal("running"),
  }).catchall(Anything),
  job_part: signal("job_part", {
    ...TOLD,
    part: Anything,
    skipped: z.boolean(),
  }),
} satisfies Record<JobEventName | "job_progress" | "job_part", z.ZodObject>;
