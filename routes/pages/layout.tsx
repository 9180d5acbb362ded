/** The frame of every page: head, skip link, top bar, live region, scripts only where an island is. */
import type { ComponentChildren } from "preact";
import { stillConnecting } from "../../islands/connection_model.ts";
import { ConnectionDetails } from "../../islands/ConnectionDetails.tsx";
import { ConnectionStatus } from "../../islands/ConnectionStatus.tsx";
import { Avatar } from "../../islands/components/Avatar.tsx";
import { Badge } from "../../islands/components/Badge.tsx";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import {
  type DevelopmentState,
  idleBar,
} from "../../islands/development_model.ts";
import { DevelopmentBar } from "../../islands/DevelopmentBar.tsx";
import type { Zone } from "../../islands/format.ts";
import { Icon, Sprite } from "../../islands/icon.tsx";
import {
  inboxLabel,
  Notifications,
  noToasts,
} from "../../islands/Notifications.tsx";
import type { User } from "../../realtime/user.ts";
import type { Manifest } from "../../islands/manifest.ts";
import { scriptsFor } from "./assets.ts";

export interface Frame {
  readonly title: string;
  /** Path of the request, to mark where one is. */
  readonly path: string;
  readonly user: User | undefined;
  readonly manifest: Manifest;
  readonly nonce: string;
  readonly demo: boolean;
  readonly live: boolean;
  /** In which the page writes its times. */
  readonly zone: Zone;
  /** Unread notifications; undefined when it could not be told. */
  readonly unread?: number;
  /** Islands of the page itself; the connection status comes with them. */
  readonly islands?: readonly string[];
  /** What the development bar starts from; undefined where there is none. */
  readonly development?: DevelopmentState;
}

export function Layout(
  { frame, children }: { frame: Frame; children: ComponentChildren },
) {
  const { title, manifest, nonce, user, live } = frame;
  const islands = user && live
    ? ["ConnectionStatus", ...frame.islands ?? []]
    : [];
  const [boot, ...preloads] = scriptsFor(manifest, islands);
  return (
    <html lang="en" data-zone={frame.zone}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Regulens`}</title>
        <link rel="icon" href="/static/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={manifest.stylesheet} />
        {preloads.map((url) => (
          <link
            key={url}
            rel="modulepreload"
            href={url}
          />
        ))}
        {boot && <script type="module" src={boot} nonce={nonce} />}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <Sprite />
        {user && <Top frame={frame} user={user} />}
        <div id="announcements" class="visually-hidden" role="status" />
        <div id="alarms" class="visually-hidden" role="alert" />
        {children}
        {islands.includes("Notifications") && (
          <div data-island="Notifications">
            <Notifications model={noToasts()} />
          </div>
        )}
        {frame.development && (
          <div data-island="DevelopmentBar">
            <DevelopmentBar model={idleBar(frame.development)} />
          </div>
        )}
      </body>
    </html>
  );
}

function Top({ frame, user }: { frame: Frame; user: User }) {
  return (
    <header class="top">
      <a class="brand" href="/">
        <Mark />
        <span>Regulens</span>
      </a>
      <nav aria-label="Main">
        <Tab frame={frame} href="/">For you</Tab>
        <Tab frame={frame} href="/sessions">Sessions</Tab>
        <Tab frame={frame} href="/alerts">Alerts</Tab>
        <Tab frame={frame} href="/decisions">Decisions</Tab>
        <Tab frame={frame} href="/rules">Rules</Tab>
        <Tab frame={frame} href="/learning">Learning</Tab>
        <Tab frame={frame} href="/audit">Audit</Tab>
      </nav>
      <div class="end">
        {frame.demo && <Badge status="demo" />}
        {frame.live && (
          <div data-island="ConnectionStatus">
            <ConnectionStatus
              model={stillConnecting()}
              details={<ConnectionDetails model={stillConnecting()} />}
            />
          </div>
        )}
        <Bell unread={frame.unread ?? 0} />
        <button type="button" class="who" popovertarget="account">
          <Avatar name={user.name} />
          <span class="visually-hidden">Account: {user.name}</span>
        </button>
        <div id="account" class="popover" popover="auto">
          <p class="person">
            <b>{user.name}</b>
            <span class="muted">{user.roles.join(", ")}</span>
            <span class="muted mono" data-user={user.userId}>
              {user.userId}
            </span>
          </p>
          {frame.demo && (
            <Banner kind="warn">
              Demo sign-in: anyone can take any name here.
            </Banner>
          )}
          <form method="post" action="/logout">
            <Button wide type="submit">Sign out</Button>
          </form>
        </div>
      </div>
    </header>
  );
}

/** Leads to the inbox and says how much waits there; kept current while scripts run. */
function Bell({ unread }: { unread: number }) {
  return (
    <a class="bell" href="/inbox" aria-label={inboxLabel(unread)}>
      <Icon name="bell" />
      <span class="count" data-unread-count hidden={unread === 0}>
        {unread > 99 ? "99+" : unread}
      </span>
    </a>
  );
}

function Tab(
  { frame, href, children }: { frame: Frame; href: string; children: string },
) {
  const here = frame.path === href;
  const inside = href !== "/" && frame.path.startsWith(`${href}/`);
  return (
    <a href={href} aria-current={here ? "page" : inside ? "true" : undefined}>
      {children}
    </a>
  );
}

/** The mark: a lens over a rising line. */
export function Mark() {
  return (
    <svg
      viewBox="0 0 20 20"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <circle cx="10" cy="10" r="8.5" />
      <path d="M5.5 11.5 8.5 8l2.5 3 3.5-5" />
    </svg>
  );
}

/** The page's own part; the skip link leads here. */
export function Main(
  { children, narrow = false }: {
    children: ComponentChildren;
    narrow?: boolean;
  },
) {
  return (
    <main id="main" tabIndex={-1} class={narrow ? "page simple" : "page"}>
      {children}
    </main>
  );
}
