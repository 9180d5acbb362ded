/** All decisions one may see, newest first, a page at a time. */
import { Hono } from "hono";
import { z } from "zod";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { DecisionReading } from "../decision_reading.ts";
import type { Env } from "../env.ts";
import { readSession } from "../session_sight.ts";
import { DecisionTable, type ListedDecision } from "./DecisionTable.tsx";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

const PER_PAGE = 25;

/** Rows are ours; the schema reads them back as what they were. */
const Row = z.object({
  decisionId: z.string(),
  sessionId: z.string().nullable(),
  title: z.string(),
  status: z.enum(["open", "closed"]),
  method: z.string(),
  alternatives: z.number(),
  criteria: z.number(),
  openedAt: z.number(),
  chosen: z.string().nullable(),
});

export function decisionsPage(parts: PageParts): Hono<Env> {
  const reading = new DecisionReading(parts);
  const app = new Hono<Env>();
  app.get("/decisions", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const cursor = c.req.query("cursor");
    const page = await reading.list(user, { limit: PER_PAGE, cursor })
      .catch((error: unknown) => {
        // A cursor of another time or hand: the list starts over instead of failing.
        if (!(error instanceof RangeError)) throw error;
        return reading.list(user, { limit: PER_PAGE });
      });
    const rows = page.items.flatMap((item) => Row.safeParse(item).data ?? []);
    const now = (parts.now ?? Date.now)();
    return await renderPage(c, parts, {
      title: "Decisions",
      body: (
        <Main>
          <div class="intro">
            <h1>Decisions</h1>
            <div class="end">
              <ButtonLink kind="primary" href="/decisions/new">
                New decision
              </ButtonLink>
            </div>
          </div>
          <Panel id="list" title="Newest first">
            {rows.length > 0
              ? (
                <DecisionTable
                  items={await withSessions(parts, rows)}
                  now={now}
                  zone={zoneOf(c)}
                />
              )
              : <NoDecisions later={cursor !== undefined} />}
          </Panel>
          <Pager later={cursor !== undefined} next={page.nextCursor} />
        </Main>
      ),
    });
  });
  return app;
}

/** With the titles of the sessions they belong to; the reader sees these, or not the row. */
async function withSessions(
  { commands }: PageParts,
  rows: readonly z.infer<typeof Row>[],
): Promise<readonly ListedDecision[]> {
  return await Promise.all(rows.map(async (row) => {
    const { sessionId } = row;
    if (sessionId === null) return { ...row, session: null };
    const { state } = await readSession(commands, sessionId);
    const title = state.status === "none" ? sessionId : state.title;
    return { ...row, session: { id: sessionId, title } };
  }));
}

function NoDecisions({ later }: { later: boolean }) {
  return (
    <EmptyState
      title={later ? "Nothing older" : "No decisions yet"}
      text={later
        ? "This is the end of the list."
        : "A decision compares alternatives by several criteria: everyone scores, weights can be moved, and the ranking follows. Start from a template or from a spreadsheet."}
      action={later
        ? undefined
        : <ButtonLink href="/decisions/new">New decision</ButtonLink>}
    />
  );
}

function Pager({ later, next }: { later: boolean; next: string | null }) {
  if (!later && next === null) return null;
  return (
    <nav class="pager" aria-label="Pages of the list">
      {later && <ButtonLink href="/decisions">Newest</ButtonLink>}
      {next !== null && (
        <ButtonLink
          rel="next"
          href={`/decisions?cursor=${encodeURIComponent(next)}`}
        >
          Older
        </ButtonLink>
      )}
    </nav>
  );
}
