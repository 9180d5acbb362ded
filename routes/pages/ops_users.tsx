/** Everybody with an account, for admins: inviting, roles, putting out, ending sign-ins. */
import { Hono } from "hono";
import { z } from "zod";
import { ROLES } from "../../domain/access.ts";
import type { Account } from "../../domain/accounts/account.ts";
import { PersonName } from "../../domain/accounts/account_input.ts";
import type { User } from "../../realtime/user.ts";
import { demand } from "../access.ts";
import type { AccountParts } from "../accounts/account_parts.ts";
import { LINK_PATH } from "../accounts/accounts.ts";
import { SignInName } from "../accounts/sign_in_name.ts";
import { demandPasswords } from "../api/accounts.ts";
import type { AppContext, Env } from "../env.ts";
import { hostOf, schemeOf } from "../origin.ts";
import { type Fields, readFields, refusedBy } from "./form.ts";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";
import { UserDetails } from "./UserDetails.tsx";
import { USERS_PATH } from "./users_place.ts";
import { UsersBody } from "./UsersBody.tsx";

const PER_PAGE = 50;

const Invite = z.object({
  userId: SignInName,
  name: PersonName,
  role: z.enum(ROLES),
});

export function opsUsersPage(
  parts: PageParts,
  people: AccountParts,
): Hono<Env> {
  const { accounts, directory } = people;
  const app = new Hono<Env>();
  /** An admin, or the answer instead. */
  const admin = (c: AppContext): User | Response => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demand(user, "manage_users", { kind: "server" });
    return user;
  };
  app.get(USERS_PATH, async (c) => {
    const user = admin(c);
    if (user instanceof Response) return user;
    return await showAll(c, parts, { people, user });
  });
  app.post(USERS_PATH, async (c) => {
    const user = admin(c);
    if (user instanceof Response) return user;
    const fields = await readFields(c);
    const asked = Invite.safeParse(fields);
    if (!asked.success) {
      const wrong = Object.fromEntries(
        asked.error.issues.map((
          { path, message },
        ) => [path.join("."), message]),
      );
      return await showAll(c, parts, { people, user, fields, wrong });
    }
    return await orMistake(
      async () => {
        demandPasswords(people);
        const { secret } = await accounts.invite(user, asked.data);
        const link = linkOf(c, secret, people);
        return await showAll(c, parts, {
          people,
          user,
          link,
          for: asked.data.name,
        });
      },
      (mistake) => showAll(c, parts, { people, user, fields, mistake }),
    );
  });
  app.get(`${USERS_PATH}/:userId`, async (c) => {
    const user = admin(c);
    if (user instanceof Response) return user;
    const account = directory.get(c.req.param("userId"));
    if (account === undefined) return await notFoundPage(c, parts, "page");
    return await showOne(c, parts, { people, user, account });
  });
  app.post(`${USERS_PATH}/:userId/:act`, async (c) => {
    const user = admin(c);
    if (user instanceof Response) return user;
    const { userId, act } = c.req.param();
    const account = directory.get(userId);
    if (account === undefined) return await notFoundPage(c, parts, "page");
    const fields = await readFields(c);
    return await orMistake(
      async () => {
        if (act === "link") {
          const { secret } = await accounts.passwordLink(user, userId);
          const link = linkOf(c, secret, people);
          return await showOne(c, parts, { people, user, account, link });
        }
        const change = changeOf(act, fields);
        if (change === undefined) return await notFoundPage(c, parts, "page");
        await accounts.change(user, userId, change);
        const path = `${USERS_PATH}/${encodeURIComponent(userId)}`;
        return c.redirect(`${path}?said=done`, 303);
      },
      (mistake) => showOne(c, parts, { people, user, account, mistake }),
    );
  });
  return app;
}

/** What one of the forms asks for; undefined for none of them. */
function changeOf(act: string, { role, signInId = "" }: Fields) {
  switch (act) {
    case "role": {
      const asked = z.enum(ROLES).safeParse(role);
      return asked.success
        ? { kind: "role", role: asked.data } as const
        : undefined;
    }
    case "deactivate":
      return { kind: "deactivate" } as const;
    case "reactivate":
      return { kind: "reactivate" } as const;
    case "end":
      return { kind: "end_sign_in", signInId } as const;
    case "end-all":
      return { kind: "end_sign_ins" } as const;
    default:
      return undefined;
  }
}

/** A refusal is said on the page; a fault is not ours to hide. */
async function orMistake(
  run: () => Promise<Response>,
  say: (mistake: string) => Promise<Response>,
): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    const refused = refusedBy(error);
    if (refused?.message === undefined) throw error;
    return await say(refused.message);
  }
}

function linkOf(
  c: AppContext,
  secret: string,
  { trustProxy }: Pick<AccountParts, "trustProxy">,
): string {
  const { raw } = c.req;
  const origin = `${schemeOf(raw, trustProxy)}://${hostOf(raw, trustProxy)}`;
  return `${origin}${LINK_PATH}?token=${secret}`;
}

async function showAll(
  c: AppContext,
  parts: PageParts,
  { people, ...shown }: {
    readonly people: AccountParts;
    readonly user: User;
    readonly fields?: Fields;
    readonly wrong?: Fields;
    readonly mistake?: string;
    readonly link?: string;
    /** Who the link is for. */
    readonly for?: string;
  },
): Promise<Response> {
  const { q = "", page = "1" } = c.req.query();
  const found = searchAccounts(people.directory.all(), q);
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const at = Math.min(Math.max(1, Math.trunc(Number(page)) || 1), pages);
  const isMistaken = shown.wrong !== undefined || shown.mistake !== undefined;
  return await renderPage(c, parts, {
    title: "Users",
    status: isMistaken ? 422 : 200,
    body: (
      <UsersBody
        {...shown}
        accounts={found.slice((at - 1) * PER_PAGE, at * PER_PAGE)}
        found={found.length}
        page={at}
        pages={pages}
        search={q}
        mayInvite={people.oidc === undefined}
      />
    ),
  });
}

async function showOne(
  c: AppContext,
  parts: PageParts,
  { people, ...shown }: {
    readonly people: AccountParts;
    readonly user: User;
    readonly account: Account;
    readonly mistake?: string;
    readonly link?: string;
  },
): Promise<Response> {
  return await renderPage(c, parts, {
    title: shown.account.name,
    status: shown.mistake === undefined ? 200 : 409,
    body: (
      <UserDetails
        {...shown}
        done={c.req.query("said") === "done"}
        directory={people.directory}
        now={people.now()}
        zone={zoneOf(c)}
      />
    ),
  });
}

function searchAccounts(
  accounts: readonly Account[],
  search: string,
): readonly Account[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return accounts
    .filter(({ userId, name, role, status }) => {
      const text = `${userId} ${name} ${role} ${status}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => a.userId < b.userId ? -1 : 1);
}
