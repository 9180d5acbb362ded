/** Work in the background: how the queue does, every job the reader may see, a form for more. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { JOBS_CHANNEL } from "../../domain/jobs/job_commands.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import type { ShownJob } from "../jobs/job_reading.ts";
import { AUDIT_EXPORT } from "../jobs/kinds/audit_export.ts";
import { readFields } from "./form.ts";
import { actOnJobs, type JobOutcome } from "./job_forms.ts";
import {
  addressOf,
  type JobPlace,
  PER_PAGE,
  placeFields,
  placeOf,
} from "./job_place.ts";
import { jobTitle } from "./job_words.ts";
import { JobFilters } from "./JobFilters.tsx";
import { JobNew, NO_DRAFT } from "./JobNew.tsx";
import { JobQueue } from "./JobQueue.tsx";
import { JobRows } from "./JobRows.tsx";
import { Main } from "./layout.tsx";
import type { JobPageParts, PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

/** Dead letters counted at most: more are "+". */
const DEAD_COUNTED = 100;
/** Waits and rates change by themselves: asked for anew so often while one looks, in ms. */
const EVERY_MS = 10_000;

export function jobsPage(parts: PageParts, jobs: JobPageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/jobs", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const place = placeOf(c.req.query());
    return await show(c, parts, { ...jobs, user, place });
  });
  app.post("/jobs", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const fields = await readFields(c);
    const outcome = await actOnJobs(jobs.desk, fields, user);
    // The names of the place's fields are no names of a new job's.
    const place = placeOf(fields);
    if (outcome.state === "done") {
      const { jobId } = outcome;
      const href = jobId === undefined
        ? addressOf(place, place)
        : `/jobs/${jobId}`;
      return c.redirect(href, 303);
    }
    return await show(c, parts, { ...jobs, user, place, outcome });
  });
  return app;
}

interface Showing extends JobPageParts {
  readonly user: User;
  readonly place: JobPlace;
  readonly outcome?: Extract<JobOutcome, { state: "refused" }>;
}

async function show(
  c: AppContext,
  parts: PageParts,
  { reading, board, engine, pool, user, place, outcome }: Showing,
): Promise<Response> {
  // Before the rows: what is written in between comes again, and nothing is missed.
  const head = await parts.log.head(JOBS_CHANNEL);
  const [figures, list, dead] = await Promise.all([
    board.figures(),
    reading.list(user, { ...place, limit: PER_PAGE })
      .catch((error) => newestFor(error, place)),
    reading.list(user, { state: "dead", limit: DEAD_COUNTED }),
  ]);
  if (list === undefined) return c.redirect(addressOf(place), 303);
  const titles = await ownTitles(reading, user, list.items);
  const now = (parts.now ?? Date.now)();
  const mayLead = hasRole(user, "facilitator");
  const formId = (parts.newId ?? (() => crypto.randomUUID()))();
  return await renderPage(c, parts, {
    title: "Jobs",
    status: outcome?.status,
    islands: { JobPart: {} },
    body: (
      <Main>
        <div class="intro">
          <h1>Jobs</h1>
          <p class="muted">
            Work in the background. Everyone sees how it stands, its submitter
            what came of it.
          </p>
        </div>
        {outcome?.message && <Banner kind="bad">{outcome.message}</Banner>}
        <div
          class="stack"
          data-island="JobPart"
          data-parts="job-queue job-list"
          data-channel={JOBS_CHANNEL}
          data-since={`${head.epoch} ${head.offset}`}
          data-every={EVERY_MS}
        >
          <div id="job-queue">
            <JobQueue
              figures={figures}
              engine={engine.stats()}
              threads={pool.stats()}
              dead={{
                count: dead.items.length,
                more: dead.items.length >= DEAD_COUNTED,
              }}
              deadHref={addressOf(NEWEST, { state: "dead" })}
            />
          </div>
          <JobFilters place={place} />
          <div class="two">
            <Panel id="jobs" title={place.mine ? "Your jobs" : "Jobs"}>
              <form method="post" action="/jobs" id="job-list">
                <input type="hidden" name="messageId" value={formId} />
                {placeFields(place).map(([name, value]) => (
                  <input key={name} type="hidden" name={name} value={value} />
                ))}
                {list.items.length > 0
                  ? (
                    <JobRows
                      jobs={list.items}
                      titles={titles}
                      mayAct={(job: ShownJob) =>
                        mayLead || job.userId === user.userId}
                      now={now}
                      zone={zoneOf(c)}
                    />
                  )
                  : <Nothing place={place} />}
                <Pager place={place} next={list.nextCursor} />
              </form>
            </Panel>
            <JobNew
              draft={outcome?.draft ?? NO_DRAFT}
              formId={formId}
              mayEvaluate={hasRole(user, "member")}
            />
          </div>
        </div>
      </Main>
    ),
  });
}

/** The reader's own exports say of which channel they are: nobody else is told. */
async function ownTitles(
  reading: JobPageParts["reading"],
  user: User,
  jobs: readonly ShownJob[],
): Promise<ReadonlyMap<string, string>> {
  const own = jobs.filter(({ type, userId }) =>
    type === AUDIT_EXPORT.type && userId === user.userId
  );
  const titles = await Promise.all(own.map(async (job) => {
    const whole = await reading.find(user, job.id);
    return [job.id, jobTitle(job, whole?.input)] as const;
  }));
  return new Map(titles);
}

const NEWEST: JobPlace = placeOf({});

/** A cursor of another list, or of none, leads to the newest. */
function newestFor(error: unknown, { cursor }: JobPlace): undefined {
  if (cursor === undefined || !(error instanceof RangeError)) throw error;
}

function Nothing({ place }: { readonly place: JobPlace }) {
  return addressOf(place) === "/jobs"
    ? (
      <EmptyState
        title="Nothing has been submitted yet"
        text="Exports, backtests, rules on many facts, SMAA: what takes longer runs in the background and stands here. Begin with an export or some facts."
      />
    )
    : (
      <EmptyState
        title="No job fits"
        text="None you may see is in this state, of this kind, by these people."
        action={<ButtonLink href="/jobs">Show all jobs</ButtonLink>}
      />
    );
}

function Pager(
  { place, next }: { readonly place: JobPlace; readonly next: string | null },
) {
  if (next === null && place.cursor === undefined) return null;
  return (
    <nav class="pager job-pager" aria-label="Pages of the list">
      {place.cursor !== undefined && (
        <ButtonLink href={addressOf(place)}>Newest</ButtonLink>
      )}
      {next !== null && (
        <ButtonLink rel="next" href={addressOf(place, { cursor: next })}>
          Older
        </ButtonLink>
      )}
    </nav>
  );
}
