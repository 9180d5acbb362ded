/** One connection, followed while one looks at it, and ending it or all of its user's. For admins. */
import { Hono } from "hono";
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { count, type Zone } from "../../islands/format.ts";
import { figureText } from "../../islands/ops_figures.ts";
import type { ConnectionView } from "../../realtime/connections.ts";
import type { Held } from "../../realtime/nodes/reach.ts";
import { demand } from "../access.ts";
import type { Env } from "../env.ts";
import type { OpsParts } from "../ops/ops_parts.ts";
import { size } from "./byte_size.ts";
import { Main } from "./layout.tsx";
import { connectionHref, CONNECTIONS_PATH, opsAddressOf } from "./ops_place.ts";
import { ConnectionBadge, TRANSPORT_WORDS } from "./OpsConnections.tsx";
import { OpsTabs } from "./OpsTabs.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

/** How often the figures are asked for while one looks at them, in ms. */
const EVERY_MS = 1_000;

export function opsConnectionPage(
  parts: PageParts,
  { reach }: OpsParts,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get(`${CONNECTIONS_PATH}/:connectionId`, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demand(user, "see_connections", { kind: "server" });
    const connectionId = c.req.param("connectionId");
    const view = await reach.connection(connectionId);
    return await renderPage(c, parts, {
      title: "Connection",
      islands: { LivePart: {} },
      body: (
        <Main>
          <div class="intro">
            <h1>Connection</h1>
            <p class="muted mono ops-id">{connectionId}</p>
          </div>
          <OpsTabs
            user={user}
            current={CONNECTIONS_PATH}
            hasAccounts={parts.accounts !== undefined}
          />
          <div
            id="ops-connection"
            class="stack"
            data-island="LivePart"
            data-every={EVERY_MS}
          >
            {view === undefined ? <Gone /> : (
              <Followed
                view={view}
                now={(parts.now ?? Date.now)()}
                zone={zoneOf(c)}
              />
            )}
          </div>
        </Main>
      ),
    });
  });
  return app;
}

function Gone() {
  return (
    <Panel id="gone" title="Gone">
      <EmptyState
        title="This connection is over"
        text="It was closed, or there never was one. Its user may have come back under another one."
        action={
          <ButtonLink href={CONNECTIONS_PATH}>Show all connections</ButtonLink>
        }
      />
    </Panel>
  );
}

function Followed(
  { view, now, zone }: {
    readonly view: ConnectionView & Held;
    readonly now: number;
    readonly zone: Zone;
  },
) {
  const { connectionId, userId, state, subscriptions } = view;
  const ofUser = opsAddressOf({
    text: userId,
    state: undefined,
    order: "buffered",
    page: 1,
  });
  return (
    <>
      <dl class="ops-tiles">
        <Tile name="State">
          <ConnectionBadge state={state} />
        </Tile>
        <Tile name="Node">
          <span class="mono">{view.node}</span>
        </Tile>
        <Tile name="Over">{TRANSPORT_WORDS[view.transport]}</Tile>
        <Tile name="Sent">{figureText(view.messagesSent, "count")}</Tile>
        <Tile name="Received">
          {figureText(view.messagesReceived, "count")}
        </Tile>
        <Tile name="Bytes out">{size(view.bytesSent)}</Tile>
        <Tile name="Bytes in">{size(view.bytesReceived)}</Tile>
        <Tile name="Latency">{figureText(view.latencyMs, "ms")}</Tile>
        <Tile name="Unsent">{size(view.bufferedBytes)}</Tile>
        <Tile name="Connected">
          <Time at={view.connectedAt} now={now} zone={zone} />
        </Tile>
        <Tile name="Last heard of">
          {figureText(
            Math.max(0, Math.round((now - view.lastSeenAt) / 1000)),
            "count",
          )}
          {" s ago"}
        </Tile>
      </dl>
      <div class="two">
        <Panel
          id="subscriptions"
          title="Follows"
          end={count(subscriptions.length, "channel", "channels")}
        >
          <ul class="ops-list">
            {subscriptions.map((name) => (
              <li key={name} class="mono ops-channel" title={name}>{name}</li>
            ))}
          </ul>
        </Panel>
        <Panel id="acts" title="Its user">
          <div class="pad ops-acts">
            <p>
              <b class="ops-id">{userId}</b>
            </p>
            <ButtonLink href={ofUser}>All connections of this user</ButtonLink>
            <ButtonLink
              kind="danger"
              href={`${connectionHref(connectionId)}/disconnect`}
            >
              Disconnect this one…
            </ButtonLink>
            <ButtonLink
              kind="danger"
              href={`/ops/users/${encodeURIComponent(userId)}/disconnect`}
            >
              Disconnect the user…
            </ButtonLink>
          </div>
        </Panel>
      </div>
    </>
  );
}

function Tile(
  { name, children }: {
    readonly name: string;
    readonly children: ComponentChildren;
  },
) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{children}</b>
      </dd>
    </div>
  );
}
