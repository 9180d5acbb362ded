/** Dismissed alerts that are looked at once more: was dismissing them right? */
import { Hono } from "hono";
import { Badge } from "../../islands/components/Badge.tsx";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import { hasRole } from "../../domain/access.ts";
import { SAMPLE_SHARE } from "../../domain/learning/sampling.ts";
import type { User } from "../../realtime/user.ts";
import {
  dismissalOf,
  listSample,
  type Review,
  type SampledAlert,
} from "../alert_sample.ts";
import type { AppContext, Env } from "../env.ts";
import {
  type Fields,
  messageIdOf,
  readFields,
  type Refused,
  refusedBy,
} from "./form.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

const PATH = "/alerts/sample";
const PER_PAGE = 20;

export function alertSamplePage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get(PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await show(c, parts, { user });
  });
  app.post(PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const fields = await readFields(c);
    const refused = await review(parts, user, fields);
    if (refused) return await show(c, parts, { user, refused });
    const { id = "" } = fields;
    return c.redirect(`${PATH}#sampled-${encodeURIComponent(id)}`, 303);
  });
  return app;
}

/** What was refused; undefined when it is said. */
async function review(
  { commands }: PageParts,
  user: User,
  fields: Fields,
): Promise<Refused | undefined> {
  const { id, sessionId, outcome, dismissal, comment } = fields;
  const form = messageIdOf(fields);
  try {
    await commands.execute("give_feedback", {
      subject: { kind: "alert", id, evaluationId: dismissal || undefined },
      outcome,
      comment: comment?.trim() || undefined,
      sessionId: sessionId || undefined,
    }, {
      user,
      // One may think again on the same page: either answer is a message of its own.
      messageId: form && `${form}.${id}.${outcome}`.slice(0, 128),
    });
    return undefined;
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    return refused;
  }
}

async function show(
  c: AppContext,
  parts: PageParts,
  { user, refused }: { readonly user: User; readonly refused?: Refused },
): Promise<Response> {
  const cursor = c.req.query("cursor");
  const asked = { limit: PER_PAGE, cursor };
  const { items, nextCursor } = await listSample(parts, user, asked)
    // A cursor of another list begins this one.
    .catch((error) => {
      if (!(error instanceof RangeError)) throw error;
      return listSample(parts, user, { limit: PER_PAGE });
    });
  const message = refused?.message ?? Object.values(refused?.fields ?? {})[0];
  const props = {
    user,
    now: (parts.now ?? Date.now)(),
    zone: zoneOf(c),
    messageId: (parts.newId ?? (() => crypto.randomUUID()))(),
  };
  return renderPage(c, parts, {
    title: "Review sample",
    status: refused?.status,
    islands: {},
    body: (
      <Main>
        <div class="intro">
          <h1>Review sample</h1>
          <div class="end">
            <ButtonLink href="/alerts?show=resolved">
              Resolved alerts
            </ButtonLink>
          </div>
          <p class="muted">
            {SAMPLE_SHARE * 100}{" "}
            % of the dismissed alerts are looked at once more. Their ids choose
            which, so that nobody can.
          </p>
        </div>
        {message && <Banner kind="bad">{message}</Banner>}
        {items.length === 0
          ? (
            <EmptyState
              title="Nothing to review"
              text="No dismissed alert has been chosen yet."
              action={
                <ButtonLink href="/alerts?show=active">Alerts</ButtonLink>
              }
            />
          )
          : (
            <ol class="alert-sample">
              {items.map((item) => (
                <Sampled key={item.alert.alertId} item={item} {...props} />
              ))}
            </ol>
          )}
        {nextCursor !== null && (
          <ButtonLink
            rel="next"
            href={`${PATH}?cursor=${encodeURIComponent(nextCursor)}`}
          >
            Further
          </ButtonLink>
        )}
      </Main>
    ),
  });
}

interface SampledProps {
  readonly item: SampledAlert;
  readonly user: User;
  readonly now: number;
  readonly zone: Zone;
  readonly messageId: string;
}

function Sampled({ item, user, now, zone, messageId }: SampledProps) {
  const { alert, reviews } = item;
  const { alertId, severity, title, body, resolvedBy, resolvedAt } = alert;
  const own = reviews.findLast(({ userId }) => userId === user.userId);
  return (
    <li class="panel" id={`sampled-${alertId}`}>
      <h2>
        <Badge status={severity} /> {title}
      </h2>
      {body && <p class="alert-sample-body">{body}</p>}
      <p class="alert-sample-meta">
        Dismissed by {resolvedBy?.name ?? "somebody"}{" "}
        {resolvedAt !== null && <Time at={resolvedAt} now={now} zone={zone} />}
        {alert.resolution && `: ${alert.resolution}`}
        {alert.source && ` · ${alert.source}`}
        {alert.sessionId && (
          <>
            {" · "}
            <a href={`/sessions/${alert.sessionId}`}>Session</a>
          </>
        )}
      </p>
      {reviews.length > 0 && (
        <ul class="alert-sample-said" aria-label="Reviews">
          {reviews.map((one) => (
            <Said key={one.userId} review={one} now={now} zone={zone} />
          ))}
        </ul>
      )}
      {(hasRole(user, "member") || alert.sessionId !== null) && (
        <form method="post" action={PATH} autocomplete="off">
          <input
            type="hidden"
            name="messageId"
            value={`${messageId}.review`.slice(0, 40)}
          />
          <input type="hidden" name="id" value={alertId} />
          <input type="hidden" name="dismissal" value={dismissalOf(alert)} />
          {alert.sessionId && (
            <input type="hidden" name="sessionId" value={alert.sessionId} />
          )}
          <span id={`asked-${alertId}`}>Was dismissing right?</span>
          <input
            name="comment"
            class="input"
            maxLength={1000}
            aria-label={`Why, about ${title}`}
            placeholder="Why, if it is to be said"
          />
          {([["correct", "Yes"], ["incorrect", "No"]] as const).map((
            [outcome, word],
          ) => (
            <Button
              key={outcome}
              small
              type="submit"
              name="outcome"
              value={outcome}
              aria-pressed={own?.outcome === outcome}
              aria-describedby={`asked-${alertId}`}
            >
              {word}
            </Button>
          ))}
        </form>
      )}
    </li>
  );
}

function Said(
  { review: { name, outcome, at }, now, zone }: {
    readonly review: Review;
    readonly now: number;
    readonly zone: Zone;
  },
) {
  return (
    <li>
      <b>{name}</b>: dismissing was {outcome === "correct" ? "right" : "wrong"}
      {" "}
      <Time at={at} now={now} zone={zone} />
    </li>
  );
}
