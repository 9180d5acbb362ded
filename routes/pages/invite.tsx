/** Where a link leads: setting a password for the first time, or a new one. */
import { Hono } from "hono";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import { described, Field } from "../../islands/components/Field.tsx";
import type { Account } from "../../domain/accounts/account.ts";
import { PersonName } from "../../domain/accounts/account_input.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AccountParts } from "../accounts/account_parts.ts";
import { LINK_PATH } from "../accounts/accounts.ts";
import { agentOf } from "../accounts/agent.ts";
import { addressIn, entered } from "../accounts/auth_routes.ts";
import { passwordMistake } from "../accounts/sign_in_name.ts";
import type { AppContext, Env } from "../env.ts";
import { Door, secondsOf, waitWords } from "./account_login.tsx";
import { type Fields, readFields } from "./form.ts";
import { PasswordFields } from "./PasswordFields.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";

export function invitePage(parts: PageParts, people: AccountParts): Hono<Env> {
  const { accounts, directory, guard } = people;
  const app = new Hono<Env>();
  /** Nobody goes through links: a wrong one costs as much as a wrong password. */
  const busy = (c: AppContext) => {
    const waitMs = guard.posted(addressIn(c));
    if (waitMs === 0) return undefined;
    c.header("Retry-After", secondsOf(waitMs));
    return dead(c, parts, { said: waitWords(waitMs), status: 429 });
  };
  app.get(LINK_PATH, async (c) => {
    const refused = busy(c);
    if (refused !== undefined) return await refused;
    const token = c.req.query("token") ?? "";
    const account = directory.ofLink(token);
    if (account === undefined) return await dead(c, parts);
    return await show(c, parts, { account, token });
  });
  app.post(LINK_PATH, async (c) => {
    const refused = busy(c);
    if (refused !== undefined) return await refused;
    const fields = await readFields(c);
    const { token = "", password = "" } = fields;
    const account = directory.ofLink(token);
    if (account === undefined) return await dead(c, parts);
    const isNew = account.status === "invited";
    const name = PersonName.safeParse(fields.name);
    const { userId } = account;
    const mistake = passwordMistake(password, userId, fields.name ?? "");
    const wrong = {
      ...isNew && !name.success &&
        { name: name.error.issues[0].message },
      ...mistake !== undefined && { password: mistake },
      ...password !== fields.again && { again: "Not the same" },
    };
    if (Object.keys(wrong).length > 0) {
      return await show(c, parts, { account, token, fields, wrong });
    }
    try {
      const answer = await accounts.accept(token, {
        name: isNew ? name.data : undefined,
        password,
        address: addressIn(c),
        agent: agentOf(c.req.raw),
      });
      await entered(c, people, answer);
      return c.redirect("/", 303);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return await dead(c, parts);
    }
  });
  return app;
}

interface Shown {
  readonly account: Account;
  readonly token: string;
  readonly fields?: Fields;
  readonly wrong?: Fields;
}

function show(c: AppContext, parts: PageParts, shown: Shown) {
  const { account, token, fields = {}, wrong = {} } = shown;
  const { userId, status } = account;
  const isNew = status === "invited";
  const { name = account.name } = fields;
  return renderPage(c, parts, {
    title: isNew ? "Welcome" : "New password",
    status: shown.wrong ? 422 : 200,
    body: (
      <Door
        title={isNew ? "Welcome" : "New password"}
        lead={isNew
          ? "Say how others see you, and choose a password."
          : "Your other sign-ins end."}
      >
        <form method="post" action={LINK_PATH} class="pad form">
          <input type="hidden" name="token" value={token} />
          <Field
            id="user"
            label="You sign in as"
            hint="It is also your user id and does not change."
          >
            <input
              id="user"
              class="input"
              value={userId}
              readOnly
              autocomplete="username"
              {...described("user", { hint: true })}
            />
          </Field>
          {isNew && (
            <Field id="name" label="Your name" wrong={wrong.name}>
              <input
                id="name"
                name="name"
                class="input"
                value={name}
                required
                maxLength={80}
                autocomplete="name"
                {...described("name", { wrong: wrong.name })}
              />
            </Field>
          )}
          <PasswordFields wrong={wrong} />
          <Button kind="primary" wide type="submit">
            {isNew ? "Set the password and sign in" : "Set the password"}
          </Button>
        </form>
      </Door>
    ),
  });
}

/** The same for a link that was used, replaced, has expired or never was. */
function dead(
  c: AppContext,
  parts: PageParts,
  { said, status = 404 }: {
    readonly said?: string;
    readonly status?: 404 | 429;
  } = {},
) {
  return renderPage(c, parts, {
    title: "Link",
    status,
    body: (
      <Door title="This link does not work">
        <div class="pad form">
          <Banner kind="bad">
            {said ?? "It was used, replaced, or is too old. Ask for a new one."}
          </Banner>
          <p>
            <a href="/login">Sign in</a>
          </p>
        </div>
      </Door>
    ),
  });
}
