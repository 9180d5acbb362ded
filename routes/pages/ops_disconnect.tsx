/** Ending a connection, or all of a user's: asked first, done by a plain form, kept in the audit trail. */
import { Hono } from "hono";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { demand } from "../access.ts";
import type { AppContext, Env } from "../env.ts";
import type { OpsParts } from "../ops/ops_parts.ts";
import { Main } from "./layout.tsx";
import { connectionHref, CONNECTIONS_PATH, opsAddressOf } from "./ops_place.ts";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

const ONE = `${CONNECTIONS_PATH}/:connectionId/disconnect`;
const ALL = "/ops/users/:userId/disconnect";

interface Question {
  readonly title: string;
  readonly text: string;
  /** Where it is done, and where one goes who thinks again. */
  readonly action: string;
  readonly back: string;
}

export function opsDisconnectPages(
  parts: PageParts,
  { reach, disconnects }: OpsParts,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get(ONE, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demand(user, "close_connection", { kind: "server" });
    const connectionId = c.req.param("connectionId");
    const userId = (await reach.connection(connectionId))?.userId;
    if (userId === undefined) return c.redirect(gone(0), 303);
    return await ask(c, parts, {
      title: "Disconnect this connection?",
      text: `It is ${userId}’s, ${connectionId}. Its page does not come back ` +
        "by itself; loading it again does, while its user is signed in.",
      action: `${connectionHref(connectionId)}/disconnect`,
      back: connectionHref(connectionId),
    });
  });
  app.post(ONE, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demand(user, "close_connection", { kind: "server" });
    const isClosed = await disconnects.one(c.req.param("connectionId"), user);
    return c.redirect(gone(isClosed ? 1 : 0), 303);
  });
  app.get(ALL, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const userId = c.req.param("userId");
    demand(user, "disconnect", { kind: "user", userId });
    const back = opsAddressOf({
      text: userId,
      state: undefined,
      order: "buffered",
      page: 1,
    });
    return await ask(c, parts, {
      title: "Disconnect this user?",
      text: `All connections of ${userId} are closed, on every node. Their ` +
        "sign-in stays: who is to stay away has to be signed out as well.",
      action: `/ops/users/${encodeURIComponent(userId)}/disconnect`,
      back,
    });
  });
  app.post(ALL, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const userId = c.req.param("userId");
    demand(user, "disconnect", { kind: "user", userId });
    const { closed, silent } = await disconnects.user(userId, user);
    return c.redirect(gone(closed, silent.length), 303);
  });
  return app;
}

function gone(closed: number, silent = 0): string {
  const query = silent > 0 ? `&silent=${silent}` : "";
  return `${CONNECTIONS_PATH}?closed=${closed}${query}`;
}

async function ask(
  c: AppContext,
  parts: PageParts,
  { title, text, action, back }: Question,
): Promise<Response> {
  return await renderPage(c, parts, {
    title,
    body: (
      <Main narrow>
        <h1>{title}</h1>
        <Panel id="ask" title="To confirm">
          <form class="pad ops-acts" method="post" action={action}>
            <p class="ops-id">{text}</p>
            <Button kind="danger" type="submit">Disconnect</Button>
            <ButtonLink href={back}>Keep</ButtonLink>
          </form>
        </Panel>
      </Main>
    ),
  });
}
