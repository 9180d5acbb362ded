/** Where those who run it look first: how this node does, over the last fifteen minutes. */
import { Hono } from "hono";
import { Panel } from "../../islands/components/Panel.tsx";
import { demand } from "../access.ts";
import type { Env } from "../env.ts";
import { Main } from "./layout.tsx";
import { OpsCharts, OpsTable } from "./OpsFigures.tsx";
import { OpsNodes } from "./OpsNodes.tsx";
import { OpsTabs } from "./OpsTabs.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

/** How often the list of nodes is read again while one looks at it, in ms. */
const EVERY_MS = 5_000;

const PLACES = [
  {
    href: "/jobs",
    name: "Jobs",
    text: "Work in the background: what runs, waits, failed.",
  },
  {
    href: "/audit",
    name: "Audit",
    text: "Who did what, whether the chain holds, and exports.",
  },
  {
    href: "/metrics",
    name: "Metrics",
    text: "All that is counted, as Prometheus reads it.",
  },
  {
    href: "/api/v1/stats",
    name: "Figures of every node",
    text: "Connections, messages and latency, as JSON.",
  },
  {
    href: "/readyz",
    name: "Readiness",
    text: "Whether this node takes traffic, as JSON.",
  },
] as const;

export function opsPage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/ops", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demand(user, "see_operations", { kind: "server" });
    const told = await parts.ops?.reach.nodes();
    return await renderPage(c, parts, {
      title: "Operations",
      islands: parts.ops ? { OpsCharts: {}, LivePart: {} } : {},
      body: (
        <Main>
          <div class="intro">
            <h1>Operations</h1>
            <p class="muted">How this server is doing, and what it works on.</p>
          </div>
          <OpsTabs
            user={user}
            current="/ops"
            hasAccounts={parts.accounts !== undefined}
          />
          {parts.ops && <OpsCharts />}
          {told && (
            <div id="ops-nodes" data-island="LivePart" data-every={EVERY_MS}>
              <OpsNodes
                told={told}
                now={(parts.now ?? Date.now)()}
                zone={zoneOf(c)}
              />
            </div>
          )}
          <div class="two">
            {parts.ops && <OpsTable samples={parts.ops.sampler.samples} />}
            <Panel id="places" title="Look at">
              <ul class="ops-places">
                {PLACES.map(({ href, name, text }) => (
                  <li key={href}>
                    <a href={href}>{name}</a>
                    <span class="muted">{text}</span>
                  </li>
                ))}
              </ul>
            </Panel>
          </div>
        </Main>
      ),
    });
  });
  return app;
}
