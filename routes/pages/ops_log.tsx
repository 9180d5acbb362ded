/** The last lines of the log that somebody should look at, newest first. For admins. */
import { Hono } from "hono";
import { Badge } from "../../islands/components/Badge.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { count, type Zone } from "../../islands/format.ts";
import type { RecentLine } from "../../realtime/recent_lines.ts";
import { demand } from "../access.ts";
import type { Env } from "../env.ts";
import type { OpsParts } from "../ops/ops_parts.ts";
import { Main } from "./layout.tsx";
import { OpsTabs } from "./OpsTabs.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

const PATH = "/ops/log";
/** How often the page asks again while one looks at it, in ms. */
const EVERY_MS = 2_000;

export function opsLogPage(
  parts: PageParts,
  { recent }: OpsParts,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get(PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demand(user, "see_log_lines", { kind: "server" });
    const category = c.req.query("category")?.slice(0, 100) || undefined;
    const lines = recent.newest(category);
    // The one that is chosen stays to choose, though its lines may have gone by.
    const categories = [
      ...new Set([...recent.categories(), ...category ? [category] : []]),
    ].sort();
    return await renderPage(c, parts, {
      title: "Log",
      islands: { LivePart: {} },
      body: (
        <Main>
          <div class="intro">
            <h1>Log</h1>
            <p class="muted">
              Warnings and errors of this node since it started, the last 200.
            </p>
          </div>
          <OpsTabs
            user={user}
            current={PATH}
            hasAccounts={parts.accounts !== undefined}
          />
          <div
            id="ops-log"
            class="stack"
            data-island="LivePart"
            data-every={EVERY_MS}
          >
            {categories.length > 1 && (
              <nav class="segments ops-categories" aria-label="Category">
                {[undefined, ...categories].map((one) => (
                  <a
                    key={one ?? ""}
                    href={one
                      ? `${PATH}?category=${encodeURIComponent(one)}`
                      : PATH}
                    aria-current={one === category ? "true" : undefined}
                  >
                    {one ?? "All"}
                  </a>
                ))}
              </nav>
            )}
            <Panel
              id="lines"
              title="Warnings and errors"
              end={count(lines.length, "line", "lines")}
            >
              <Lines
                lines={lines}
                now={(parts.now ?? Date.now)()}
                zone={zoneOf(c)}
              />
            </Panel>
          </div>
        </Main>
      ),
    });
  });
  return app;
}

function Lines(
  { lines, now, zone }: {
    readonly lines: readonly RecentLine[];
    readonly now: number;
    readonly zone: Zone;
  },
) {
  if (lines.length === 0) {
    return (
      <EmptyState
        title="Nothing to look at"
        text="No warning and no error since the start. Everything else is in the log itself."
      />
    );
  }
  return (
    <ol class="ops-lines">
      {lines.map(({ number, at, level, category, message, detail }) => (
        <li key={number}>
          <Time at={at} now={now} zone={zone} />
          <Badge status={level === "ERROR" ? "failed" : "high"}>
            {level === "ERROR" ? "Error" : "Warning"}
          </Badge>
          <span class="mono muted">{category}</span>
          <span class="ops-message">{message}</span>
          {detail && (
            <details>
              <summary>Details</summary>
              <pre tabIndex={0}>{detail}</pre>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}
