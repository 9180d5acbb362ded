/** Who is connected here, the worst first, and the channels they follow. For admins. */
import { Hono } from "hono";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count } from "../../islands/format.ts";
import { demand } from "../access.ts";
import type { Env } from "../env.ts";
import type { OpsParts } from "../ops/ops_parts.ts";
import { Main } from "./layout.tsx";
import {
  CONNECTIONS_PATH,
  opsAddressOf,
  type OpsPlace,
  opsPlaceOf,
  queryOf,
} from "./ops_place.ts";
import { OpsChannels } from "./OpsChannels.tsx";
import { OpsConnections } from "./OpsConnections.tsx";
import { OpsTabs } from "./OpsTabs.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

/** How often the page asks again while one looks at it, in ms. */
const EVERY_MS = 2_000;

export function opsConnectionsPage(
  parts: PageParts,
  { reach, sampler }: OpsParts,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get(CONNECTIONS_PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demand(user, "see_connections", { kind: "server" });
    const place = opsPlaceOf(c.req.query());
    const found = await reach.search(queryOf(place));
    const closed = c.req.query("closed");
    const silentNodes = Number(c.req.query("silent") ?? 0);
    return await renderPage(c, parts, {
      title: "Connections",
      islands: { LivePart: {} },
      body: (
        <Main>
          <div class="intro">
            <h1>Connections</h1>
            <p class="muted">
              Who is connected, on every node. Choose one to follow it.
            </p>
          </div>
          <OpsTabs
            user={user}
            current={CONNECTIONS_PATH}
            hasAccounts={parts.accounts !== undefined}
          />
          {closed !== undefined && (
            <Banner kind="ok">{closedWords(Number(closed))}</Banner>
          )}
          {silentNodes > 0 && (
            <Banner kind="warn">
              {count(silentNodes, "node", "nodes")}{" "}
              did not answer: connections there may still be open.
            </Banner>
          )}
          {found.silent.length > 0 && (
            <Banner kind="warn">
              No answer from{" "}
              {found.silent.join(", ")}: connections there are missing here.
            </Banner>
          )}
          <Search place={place} />
          <div
            id="ops-connections"
            class="stack"
            data-island="LivePart"
            data-every={EVERY_MS}
          >
            <Panel
              id="list"
              title="Connections"
              end={count(found.found, "connection", "connections")}
            >
              <OpsConnections found={found} place={place} />
            </Panel>
            <OpsChannels rates={sampler.rates} />
          </div>
        </Main>
      ),
    });
  });
  return app;
}

function closedWords(closed: number): string {
  return closed > 0
    ? `Closed ${count(Math.trunc(closed), "connection", "connections")}.`
    : "There was no connection left to close.";
}

const STATES = [
  ["Any state", undefined],
  ["Open", "open"],
  ["Lagging", "lagging"],
  ["Stale", "stale"],
] as const;

const ORDERS = [
  ["Most unsent", "buffered"],
  ["Stuck longest", "lag"],
  ["Slowest", "latency"],
  ["Newest", "newest"],
] as const;

function Search({ place }: { readonly place: OpsPlace }) {
  return (
    <div class="ops-controls">
      <form method="get" action={CONNECTIONS_PATH} role="search">
        {place.state && (
          <input
            type="hidden"
            name="state"
            value={place.state}
          />
        )}
        <input type="hidden" name="order" value={place.order} />
        <input
          class="input"
          type="search"
          name="q"
          aria-label="Part of a user’s or a connection’s id"
          placeholder="User or connection id"
          value={place.text}
        />
        <Button type="submit">Search</Button>
      </form>
      <nav class="segments" aria-label="State">
        {STATES.map(([word, state]) => (
          <a
            key={word}
            href={opsAddressOf(place, { state })}
            aria-current={place.state === state ? "true" : undefined}
          >
            {word}
          </a>
        ))}
      </nav>
      <nav class="segments" aria-label="Order">
        {ORDERS.map(([word, order]) => (
          <a
            key={word}
            href={opsAddressOf(place, { order })}
            aria-current={place.order === order ? "true" : undefined}
          >
            {word}
          </a>
        ))}
      </nav>
    </div>
  );
}
