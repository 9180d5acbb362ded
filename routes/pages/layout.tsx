/** The frame of every page: head, skip link, top bar, live region, scripts only where an island is. */
import type { ComponentChildren } from "preact";
import { hasRole } from "../../domain/access.ts";
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
  unreadText,
} from "../../islands/Notifications.tsx";
import type { User } from "../../realtime/user.ts";
import type { Manifest } from "../../islands/manifest.ts";
import { scriptsFor } from "./assets.ts";
import { helpFor } from "./help.ts";

export interface Frame {
  readonly title: string;
  /** Path of the request, to mark where one is. */
  readonly path: string;
  readonly user: User | undefined;
  readonly manifest: Manifest;
  readonly nonce: string;
  readonly demo: boolean;
  readonly live: boolean;
  /** What is confirmed may still be lost. */
  readonly unsafe: boolean;
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
        <link rel="icon" href="/static/icon.svg" />
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
        <div id="announcements" role="status" />
        <div id="alarms" role="alert" />
        {frame.unsafe && <Unsafe />}
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

/** For as long as the log says `accepted` (P14): where nothing that lasts is under it. */
function Unsafe() {
  return (
    <div class="unsafe">
      <Banner kind="warn">
        What you save is confirmed before it is kept safely: a crash may lose
        it.
      </Banner>
    </div>
  );
}

/** Where one goes every day. */
const PLACES = [
  ["/", "For you"],
  ["/sessions", "Sessions"],
  ["/alerts", "Alerts"],
  ["/decisions", "Decisions"],
  ["/rules", "Rules"],
] as const;
const MORE = [
  ["/learning", "Learning"],
  ["/jobs", "Jobs"],
  ["/audit", "Audit"],
] as const;
/** For those who look after the server. */
const OPERATIONS = ["/ops", "Operations"] as const;

function Top({ frame, user }: { frame: Frame; user: User }) {
  return (
    <header class="top">
      <a class="brand" href="/">
        <Mark />
        <span>Regulens</span>
      </a>
      <nav aria-label="Main">
        {PLACES.map(([href, name]) => (
          <Tab key={href} path={frame.path} href={href}>{name}</Tab>
        ))}
        <More path={frame.path} mayOperate={hasRole(user, "facilitator")} />
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
          {!frame.demo && <a href="/account">Your account</a>}
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
        {unreadText(unread)}
      </span>
    </a>
  );
}

/**
 * The places one goes to less often, in a popover: Escape and a click elsewhere close it, and
 * the keyboard reaches it, with no script at all.
 */
function More(
  { path, mayOperate }: {
    readonly path: string;
    readonly mayOperate: boolean;
  },
) {
  const places = mayOperate ? [...MORE, OPERATIONS] : MORE;
  const isHere = places.some(([href]) => isAt(path, href));
  return (
    <>
      <button
        type="button"
        popovertarget="more"
        aria-current={isHere ? "true" : undefined}
      >
        More
      </button>
      <div id="more" popover>
        {places.map(([href, name]) => (
          <Tab key={href} path={path} href={href}>{name}</Tab>
        ))}
        <a href={helpFor(path)}>Help</a>
      </div>
    </>
  );
}

function Tab(
  { path, href, children }: {
    readonly path: string;
    readonly href: string;
    readonly children: string;
  },
) {
  const inside = isAt(path, href) ? "true" : undefined;
  const current = path === href ? "page" : inside;
  return <a href={href} aria-current={current}>{children}</a>;
}

/** Whether a page is that place or lies within it. */
function isAt(path: string, href: string): boolean {
  return path === href || (href !== "/" && path.startsWith(`${href}/`));
}

/** The mark: a lens over a rising line. */
export function Mark() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
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
