/** From a page's parts to the response: one place for doctype, headers and the state of islands. */
import type { ComponentChildren } from "preact";
import { render } from "preact-render-to-string";
import type { NotificationState } from "../../islands/notification_model.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext } from "../env.ts";
import { type InboxSummary, inboxSummary } from "../inbox.ts";
import { Layout } from "./layout.tsx";
import { developmentState } from "./development_bar.ts";
import { zoneOf } from "./reader_zone.ts";
import type { PageParts } from "./page_parts.ts";

export interface Page {
  readonly title: string;
  readonly body: ComponentChildren;
  /** @default 200 */
  readonly status?: 200 | 400 | 401 | 403 | 404 | 409 | 422 | 429 | 500 | 503;
  /** State by island: the page carries it as data, and loads the island's script. */
  readonly islands?: Readonly<Record<string, object>>;
}

/** Answers with a whole page. It is the reader's own and of this moment, so it is never kept. */
export async function renderPage(
  c: AppContext,
  parts: PageParts,
  page: Page,
): Promise<Response> {
  const { title, body, status = 200 } = page;
  const { manifest, demo, live = true } = parts;
  const user = c.get("user");
  // A log that cannot be read must not take the page that says so along.
  const inbox = user &&
    await inboxSummary(parts, user).catch(() => undefined);
  const sessionId = page.islands?.SessionRoom && c.req.param("sessionId");
  const development = developmentState(parts, user, sessionId);
  const islands: Readonly<Record<string, object>> = {
    ...page.islands,
    ...(user && inbox && {
      Notifications: notificationState(c.req.path, user, inbox),
    }),
    ...(development && { DevelopmentBar: development }),
  };
  const html = render(
    <Layout
      frame={{
        title,
        path: c.req.path,
        user,
        unread: inbox?.unread,
        manifest,
        nonce: c.get("nonce"),
        demo,
        live,
        unsafe: parts.isUnsafe?.() ?? false,
        zone: zoneOf(c),
        islands: Object.keys(islands),
        development,
      }}
    >
      {body}
      {live && Object.entries(islands).map(([name, state]) => (
        <script
          key={name}
          id={`state-${name}`}
          type="application/json"
          nonce={c.get("nonce")}
          dangerouslySetInnerHTML={{ __html: scriptJson(state) }}
        />
      ))}
    </Layout>,
  );
  c.header("Cache-Control", "no-store");
  return c.html(`<!doctype html>${html}`, status);
}

/** What the toasts start from: the page's own figures, and where they were read. */
function notificationState(
  path: string,
  { userId }: User,
  { unread, positions, sticky }: InboxSummary,
): NotificationState {
  // The inbox itself shows them already.
  const staying = path === "/inbox" ? [] : sticky;
  return {
    userId,
    unread,
    positions,
    sticky: staying.map((
      { key, dedupeKey, severity, title, body, href, sticky, assertive },
    ) => ({
      key,
      dedupeKey,
      severity,
      title,
      body,
      href,
      sticky,
      assertive,
    })),
  };
}

/** JSON that cannot end the script element it stands in, nor open a comment there. */
export function scriptJson(value: object): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
