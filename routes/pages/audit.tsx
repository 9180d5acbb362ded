/** Who did what, as far as the reader may see it, and whether it is still what was written. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { formatSecond, type Zone } from "../../islands/format.ts";
import type { AuditReading } from "../../realtime/log/audit_reading.ts";
import type { User } from "../../realtime/user.ts";
import { AuditAccess } from "../audit_access.ts";
import type { AuditChecks } from "../audit_checks.ts";
import type { Retention } from "../audit_retention.ts";
import { type AuditListing, listAudit } from "../audit_list.ts";
import type { AppContext, Env } from "../env.ts";
import {
  keepingFor,
  type KeepingShown,
  submitKeeping,
} from "./audit_keeping.ts";
import { KeepingPanel } from "./KeepingPanel.tsx";
import { addressOf, type AuditPlace, placeIn, queryOf } from "./audit_place.ts";
import {
  AuditCheck,
  type AuditCheckProps,
  type Checked,
  Verdict,
} from "./AuditCheck.tsx";
import { AuditFilter } from "./AuditFilter.tsx";
import { AuditTable } from "./AuditTable.tsx";
import { readFields, type Refused, refusedBy } from "./form.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

const PER_PAGE = 30;
/** Channels every signed-in user reads. */
const SHARED = ["alerts", "decisions", "learning", "rules"];

export interface AuditPageParts {
  readonly reading: Pick<AuditReading, "list" | "publicKey">;
  readonly checks: AuditChecks;
  /** Without it nothing is said of how long things are kept. */
  readonly retention?: Pick<Retention, "holds" | "plan">;
}

/** What a check, or an attempt at one, adds to the page. */
interface Told {
  readonly checked?: Checked;
  readonly refusal?: string;
  readonly status?: Refused["status"];
}

export function auditPage(
  parts: PageParts,
  audit: AuditPageParts,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/audit", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const place = placeIn(c.req.query());
    return await show(c, parts, { audit, user, place, told: {} });
  });
  // Whoever comes back to what a form answered begins with the list.
  app.get("/audit/verify", (c) => c.redirect("/audit", 303));
  app.post("/audit/verify", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const { channel = "" } = await readFields(c);
    const place = placeIn({ channel });
    const told = await check(parts, audit, { user, channel: place.channel });
    return await show(c, parts, { audit, user, place, told });
  });
  app.get("/audit/keeping", (c) => c.redirect("/audit#keeping", 303));
  app.post("/audit/keeping", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const refused = await submitKeeping(parts, user, await readFields(c));
    if (!refused) return c.redirect("/audit#keeping", 303);
    const { message: refusal, status } = refused;
    const place = placeIn({});
    return await show(c, parts, {
      audit,
      user,
      place,
      told: { refusal, status },
    });
  });
  return app;
}

/** Checks one channel, or all for whoever may see all. */
async function check(
  { log }: PageParts,
  { checks }: AuditPageParts,
  { user, channel }: { readonly user: User; readonly channel: string },
): Promise<Told> {
  // All of them is asked as a channel of no name, which only an admin may see.
  if (!await new AuditAccess(log, user).mayTrace(channel)) {
    if (channel !== "") return { status: 404 };
    return { status: 404, refusal: "Say which channel to check." };
  }
  try {
    const { ok, count, firstBad } = await checks.check(channel || undefined);
    const head = channel === "" ? undefined : await log.head(channel);
    // A bad checkpoint may first speak of a channel that is not theirs to know.
    const isTheirs = channel === "" || firstBad?.channel === channel;
    return {
      checked: {
        ok,
        count,
        channel,
        head,
        firstBad: firstBad &&
          (isTheirs ? firstBad : { reason: firstBad.reason }),
      },
    };
  } catch (error) {
    if (refusedBy(error)?.status !== 503) throw error;
    return {
      status: 503,
      refusal: "Too many checks are under way. Try again in a moment.",
    };
  }
}

async function show(
  c: AppContext,
  parts: PageParts,
  { audit, user, place, told }: {
    readonly audit: AuditPageParts;
    readonly user: User;
    readonly place: AuditPlace;
    readonly told: Told;
  },
): Promise<Response> {
  const access = new AuditAccess(parts.log, user);
  const { channel } = place;
  const isHidden = channel !== "" && !await access.mayTrace(channel);
  const list = isHidden
    ? { rows: [], cursor: null }
    : await listAudit(audit.reading, access, queryOf(place, PER_PAGE));
  // Behind the newest page nothing comes anew, and what a form answered has no address.
  const isFirst = place.before === undefined && c.req.method === "GET" &&
    !isHidden;
  const seen = list.rows.map((row) => row.channel);
  const keeping = audit.retention &&
    await keepingFor(audit.retention, access, user);
  return renderPage(c, parts, {
    title: "Audit",
    islands: isFirst ? { AuditNews: {} } : {},
    status: isHidden ? 404 : told.status,
    body: (
      <Audit
        list={list}
        place={place}
        isHidden={isHidden}
        isFirst={isFirst}
        told={told}
        now={(parts.now ?? Date.now)()}
        zone={zoneOf(c)}
        keeping={keeping}
        check={{
          channel: isHidden ? "" : channel,
          channels: [...new Set([...SHARED, ...seen])].sort(),
          mayAll: hasRole(user, "admin"),
          mayExport: channel !== "" && await access.mayRead(channel),
          publicKey: audit.reading.publicKey(),
        }}
      />
    ),
  });
}

interface AuditProps {
  readonly list: AuditListing;
  readonly place: AuditPlace;
  readonly isHidden: boolean;
  /** The newest entries are on this page, which can hear of newer ones. */
  readonly isFirst: boolean;
  readonly told: Told;
  readonly check: AuditCheckProps;
  readonly now: number;
  readonly zone: Zone;
  readonly keeping: KeepingShown | undefined;
}

function Audit(props: AuditProps) {
  const { list, place, isHidden, isFirst, told, check, now, zone } = props;
  return (
    <Main>
      <div class="intro">
        <h1>Audit</h1>
        <p class="muted">
          Who did what, newest first. Every entry is hashed onto the one before
          it: nothing can be changed unseen.
        </p>
      </div>
      {told.refusal && <Banner kind="bad">{told.refusal}</Banner>}
      {told.checked && <Verdict checked={told.checked} />}
      <AuditFilter place={place} channels={check.channels} />
      <div class="two">
        <Panel
          id="trail"
          title={place.channel || "All channels you may see"}
          end={
            <>
              as of {formatSecond(now, zone)} {zone === "UTC" ? "UTC " : ""}·
              {" "}
              <a href={addressOf({ ...place, before: undefined })}>
                Read again
              </a>
            </>
          }
        >
          {isFirst && <News list={list} place={place} />}
          {list.rows.length > 0
            ? <AuditTable rows={list.rows} zone={zone} />
            : <Nothing list={list} place={place} isHidden={isHidden} />}
          <Pager list={list} place={place} />
        </Panel>
        <div class="stack">
          <AuditCheck {...check} />
          {props.keeping && (
            <KeepingPanel
              keeping={props.keeping}
              channel={check.channel}
              formId={crypto.randomUUID()}
              zone={zone}
            />
          )}
        </div>
      </div>
    </Main>
  );
}

/** Empty and hidden until something has come; kept so that nothing jumps under the reader. */
function News({ list, place }: Pick<AuditProps, "list" | "place">) {
  const { channel } = place;
  const heard = channel === ""
    ? SHARED
    : SHARED.filter((one) => one === channel);
  return (
    <p
      class="audit-news"
      data-island="AuditNews"
      data-channels={heard.join(" ")}
      data-newest={list.rows[0]?.cursor ?? 0}
      role="status"
      hidden
    >
      <a href={addressOf({ ...place, before: undefined })}></a>
    </p>
  );
}

function Nothing(
  { list, place, isHidden }: Pick<AuditProps, "list" | "place" | "isHidden">,
) {
  if (isHidden) {
    return (
      <EmptyState
        title="No such channel"
        text="There is none of this name, or it is not yours to see."
        action={<ButtonLink href="/audit">Show what I may see</ButtonLink>}
      />
    );
  }
  if (list.cursor !== null) {
    return (
      <EmptyState
        title="Nothing in this stretch"
        text="None of the entries looked at fits. There are older ones: go on."
      />
    );
  }
  const isAll = addressOf({ ...place, before: undefined }) === "/audit";
  return isAll && place.before === undefined
    ? (
      <EmptyState
        title="Nothing has been done yet"
        text="Everything that is said, decided or changed is kept here, with who did it. Open a session, or write a rule, and look again."
        action={<ButtonLink href="/sessions">See the sessions</ButtonLink>}
      />
    )
    : (
      <EmptyState
        title="Nothing fits"
        text="No entry that you may see is about this, by this person, since then."
        action={<ButtonLink href="/audit">Show all</ButtonLink>}
      />
    );
}

function Pager({ list, place }: Pick<AuditProps, "list" | "place">) {
  if (list.cursor === null && place.before === undefined) return null;
  return (
    <nav class="pager pad" aria-label="Pages of the list">
      {place.before !== undefined && (
        <ButtonLink href={addressOf({ ...place, before: undefined })}>
          Newest
        </ButtonLink>
      )}
      {list.cursor !== null && (
        <ButtonLink
          rel="next"
          href={addressOf({ ...place, before: list.cursor })}
        >
          Older
        </ButtonLink>
      )}
    </nav>
  );
}
