/** One job: how it stands, what was asked, what came of it, every try. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { JOB_SUBJECT } from "../../domain/jobs/view.ts";
import { jobChannel } from "../../domain/jobs/job_commands.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import { recordedEvent } from "../../realtime/fold.ts";
import type { Json } from "../../realtime/json.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import type { WholeJob } from "../jobs/job_reading.ts";
import { readFields } from "./form.ts";
import { askedOf, type AskedPair } from "./job_asked.ts";
import { actOnJobs, type JobOutcome } from "./job_forms.ts";
import { type JobStep, stepsOf } from "./job_tries.ts";
import {
  duration,
  isToRetry,
  isUnderWay,
  jobTitle,
  PRIORITY_WORDS,
  stateLook,
} from "./job_words.ts";
import { JobProgress } from "./JobProgress.tsx";
import { JobResult } from "./JobResult.tsx";
import { JobTries } from "./JobTries.tsx";
import { Main } from "./layout.tsx";
import type { JobPageParts, PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

/** Entries read of one job: renewed leases of long ones are most of them. */
const MAX_ENTRIES = 500;
/** UTF-16 units of JSON shown; the API has all. */
const MAX_JSON = 6_000;

type Refused = Extract<JobOutcome, { state: "refused" }>;

export function jobPage(parts: PageParts, jobs: JobPageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/jobs/:jobId", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await show(c, parts, { jobs, user });
  });
  app.post("/jobs/:jobId", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const outcome = await actOnJobs(jobs.desk, await readFields(c), user);
    return outcome.state === "done"
      ? c.redirect(`/jobs/${encodeURIComponent(idOf(c))}`, 303)
      : await show(c, parts, { jobs, user, refused: outcome });
  });
  return app;
}

function idOf(c: AppContext): string {
  return c.req.param("jobId") ?? "";
}

async function show(
  c: AppContext,
  parts: PageParts,
  { jobs, user, refused }: {
    readonly jobs: JobPageParts;
    readonly user: User;
    readonly refused?: Refused;
  },
): Promise<Response> {
  const jobId = idOf(c);
  const known = await jobs.reading.find(user, jobId);
  if (known === undefined) return await notFoundPage(c, parts, "page");
  const channel = jobChannel(known.sessionId);
  // Before the job as it is shown: what is written in between comes again.
  const head = await parts.log.head(channel);
  const [job = known, entries] = await Promise.all([
    jobs.reading.find(user, jobId),
    parts.log.readSubject(channel, JOB_SUBJECT + jobId, 0, MAX_ENTRIES),
  ]);
  return await renderPage(c, parts, {
    title: jobTitle(job, job.input),
    status: refused?.status,
    islands: { JobPart: {} },
    body: (
      <JobView
        job={job}
        steps={stepsOf(entries.map(recordedEvent))}
        follow={{ channel, since: `${head.epoch} ${head.offset}` }}
        mayAct={job.userId === user.userId || hasRole(user, "facilitator")}
        formId={(parts.newId ?? (() => crypto.randomUUID()))()}
        refusal={refused?.message}
        now={(parts.now ?? Date.now)()}
        zone={zoneOf(c)}
      />
    ),
  });
}

interface JobViewProps {
  readonly job: WholeJob;
  readonly steps: readonly JobStep[];
  readonly follow: { readonly channel: string; readonly since: string };
  readonly mayAct: boolean;
  readonly formId: string;
  readonly refusal: string | undefined;
  readonly now: number;
  readonly zone: Zone;
}

function JobView(props: JobViewProps) {
  const { job, steps, follow, refusal, now, zone } = props;
  return (
    <Main>
      {refusal && <Banner kind="bad">{refusal}</Banner>}
      <div
        class="stack"
        data-island="JobPart"
        data-parts="job-head job-outcome job-tries"
        data-channel={follow.channel}
        data-since={follow.since}
        data-job={job.id}
      >
        <div class="intro" id="job-head">
          <Head {...props} />
        </div>
        <div class="two">
          <div class="stack">
            <div id="job-outcome">
              <Outcome job={job} />
            </div>
            <div id="job-tries">
              <JobTries steps={steps} now={now} zone={zone} />
            </div>
          </div>
          <Asked job={job} />
        </div>
      </div>
    </Main>
  );
}

function Head({ job, mayAct, formId, now, zone }: JobViewProps) {
  const { id, name, priority, attempts, maxAttempts, sessionId } = job;
  const { submittedAt, startedAt, endedAt } = job;
  const { status, word } = stateLook(job);
  const act = isUnderWay(job) ? "cancel" : isToRetry(job) ? "retry" : undefined;
  return (
    <>
      <h1>{jobTitle(job, job.input)}</h1>
      <Badge status={status}>{word}</Badge>
      <div class="end">
        {mayAct && act !== undefined && (
          <form method="post" action={`/jobs/${id}`}>
            <input type="hidden" name="messageId" value={formId} />
            <Button type="submit" name={act} value={id}>
              {act === "cancel" ? "Cancel" : "Retry"}
            </Button>
          </form>
        )}
        <ButtonLink href="/jobs">All jobs</ButtonLink>
      </div>
      <div class="facts">
        <span>
          By <b>{name}</b>, <Time at={submittedAt} now={now} zone={zone} />
        </span>
        <span>
          Priority <b>{PRIORITY_WORDS[priority].toLowerCase()}</b>
        </span>
        {attempts > 0 && (
          <span>
            Try <b>{attempts}</b> of {maxAttempts}
          </span>
        )}
        {startedAt !== null && endedAt !== null && (
          <span>
            Took <b>{duration(Math.max(0, endedAt - startedAt))}</b>
          </span>
        )}
        {sessionId !== null && (
          <a href={`/sessions/${sessionId}`}>Its session</a>
        )}
      </div>
    </>
  );
}

function Outcome({ job }: { readonly job: WholeJob }) {
  return (
    <Panel id="outcome" title="What came of it">
      <Came job={job} />
      {job.result !== null && <Raw id={job.id} json={job.result} />}
    </Panel>
  );
}

function Came({ job }: { readonly job: WholeJob }) {
  const { state, error, mayOpen, retryAt, result } = job;
  if (state === "done") {
    if (!mayOpen) {
      return <Words text="It is done. Only its submitter sees the result." />;
    }
    return result === null
      ? <Words text="It is done, and its result was erased." />
      : <JobResult job={job} />;
  }
  if (state === "running") {
    return (
      <div class="pad">
        <JobProgress job={job} />
      </div>
    );
  }
  if (state === "queued") {
    return (
      <Words text="It waits for its turn: the more urgent go first, then the older." />
    );
  }
  if (state === "cancelled") return <Words text="Nothing: it was cancelled." />;
  return (
    <div class="pad job-said">
      <p class="job-error">{error ?? "It failed"}</p>
      <p class="muted">
        {retryAt !== null
          ? "It is tried again by itself."
          : state === "dead"
          ? "It was tried as often as it may be, and given up. Retry it once the cause is gone."
          : "Another try would not help by itself. Retry it once the cause is gone."}
      </p>
    </div>
  );
}

function Words({ text }: { readonly text: string }) {
  return <p class="pad muted">{text}</p>;
}

function Asked({ job }: { readonly job: WholeJob }) {
  const pairs = job.mayOpen && job.input !== null ? askedOf(job) : [];
  return (
    <Panel id="asked" title="What was asked">
      <dl class="pairs pad">
        <dt>Kind</dt>
        <dd class="mono">{job.type}</dd>
        <dt>Mode</dt>
        <dd>{job.mode}</dd>
        {pairs.map((pair) => <Pair key={pair.name} {...pair} />)}
      </dl>
      {job.input === null
        ? (
          <p class="job-note">
            {job.mayOpen
              ? "What it worked on was erased."
              : "What it works on is its submitter’s."}
          </p>
        )
        : <Raw id={job.id} json={job.input} />}
    </Panel>
  );
}

function Pair({ name, value, href }: AskedPair) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{href === undefined ? value : <a href={href}>{value}</a>}</dd>
    </>
  );
}

function Raw({ id, json }: { readonly id: string; readonly json: Json }) {
  const text = JSON.stringify(json, null, 1);
  const isCut = text.length > MAX_JSON;
  return (
    <details class="details job-raw">
      <summary>As JSON</summary>
      <pre tabIndex={0}>{isCut ? `${text.slice(0, MAX_JSON)}…` : text}</pre>
      {isCut && (
        <p>
          <a href={`/api/v1/jobs/${id}`}>All of it, over the API</a>
        </p>
      )}
    </details>
  );
}
