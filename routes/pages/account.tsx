/** One's own account: password, where one is signed in. */
import { Hono } from "hono";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { described, Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { Account } from "../../domain/accounts/account.ts";
import { may } from "../../domain/access.ts";
import type { User } from "../../realtime/user.ts";
import type { AccountParts } from "../accounts/account_parts.ts";
import { agentOf } from "../accounts/agent.ts";
import { addressIn, entered } from "../accounts/auth_routes.ts";
import { demandInPerson } from "../accounts/token_rules.ts";
import { passwordMistake } from "../accounts/sign_in_name.ts";
import type { AppContext, Env } from "../env.ts";
import { secondsOf, waitWords } from "./account_login.tsx";
import { type Fields, readFields } from "./form.ts";
import { Main } from "./layout.tsx";
import { PasswordFields } from "./PasswordFields.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";
import { SignInTable } from "./SignInTable.tsx";

export const ACCOUNT_PATH = "/account";

export function accountPage(
  parts: PageParts,
  people: AccountParts,
): Hono<Env> {
  const { accounts } = people;
  const app = new Hono<Env>();
  app.get(ACCOUNT_PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await show(c, parts, { people, user });
  });
  app.post(`${ACCOUNT_PATH}/password`, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demandInPerson(c);
    const { old = "", password = "", again } = await readFields(c);
    const mistake = passwordMistake(password, user.userId, user.name);
    const wrong = {
      ...mistake !== undefined && { password: mistake },
      ...password !== again && { again: "Not the same" },
    };
    if (Object.keys(wrong).length > 0) {
      return await show(c, parts, { people, user, wrong });
    }
    const answer = await accounts.changePassword(user, {
      old,
      fresh: password,
      address: addressIn(c),
      agent: agentOf(c.req.raw),
    });
    await entered(c, people, answer);
    if (answer.state === "locked") {
      c.header("Retry-After", secondsOf(answer.retryAfterMs));
      const said = waitWords(answer.retryAfterMs);
      return await show(c, parts, { people, user, wrong: { old: said } });
    }
    return answer.state === "signed_in"
      ? c.redirect(`${ACCOUNT_PATH}?said=password`, 303)
      : await show(c, parts, {
        people,
        user,
        wrong: { old: "This is not your password" },
      });
  });
  app.post(`${ACCOUNT_PATH}/sign-ins/end`, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const { signInId = "" } = await readFields(c);
    await accounts.change(user, user.userId, { kind: "end_sign_in", signInId });
    return c.redirect(`${ACCOUNT_PATH}?said=ended#sign-ins`, 303);
  });
  app.post(`${ACCOUNT_PATH}/sign-ins/end-all`, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    await accounts.change(user, user.userId, { kind: "end_sign_ins" });
    return c.redirect("/login", 303);
  });
  return app;
}

const SAID: Readonly<Record<string, string>> = {
  password: "Your password has changed, and every other sign-in has ended.",
  ended: "That sign-in has ended.",
};

interface Shown {
  readonly people: AccountParts;
  readonly user: User;
  readonly wrong?: Fields;
}

async function show(
  c: AppContext,
  parts: PageParts,
  { people: { directory, now }, user, wrong }: Shown,
): Promise<Response> {
  const account = directory.get(user.userId);
  const { said = "" } = c.req.query();
  return await renderPage(c, parts, {
    title: "Account",
    status: wrong ? 422 : 200,
    body: (
      <Main>
        <div class="intro">
          <h1>Account</h1>
          <div class="end">
            {may(user, "manage_users", { kind: "server" }) && (
              <ButtonLink href="/ops/users">Users</ButtonLink>
            )}
            <ButtonLink href={`${ACCOUNT_PATH}/tokens`}>API tokens</ButtonLink>
          </div>
        </div>
        {Object.hasOwn(SAID, said) && <Banner kind="ok">{SAID[said]}</Banner>}
        <div class="two">
          <Panel
            id="sign-ins"
            title="Where you are signed in"
            end={
              <form method="post" action={`${ACCOUNT_PATH}/sign-ins/end-all`}>
                <Button small type="submit">Sign out everywhere</Button>
              </form>
            }
          >
            <SignInTable
              signIns={account?.signIns ?? []}
              directory={directory}
              current={user.signInId}
              action={`${ACCOUNT_PATH}/sign-ins/end`}
              now={now()}
              zone={zoneOf(c)}
            />
          </Panel>
          <div class="stack">
            <Who user={user} account={account} />
            {account?.password && <NewPassword wrong={wrong ?? {}} />}
          </div>
        </div>
      </Main>
    ),
  });
}

function Who(
  { user, account }: {
    readonly user: User;
    readonly account: Account | undefined;
  },
) {
  return (
    <Panel id="who" title="You">
      <dl class="pairs pad">
        <dt>Name</dt>
        <dd>{user.name}</dd>
        <dt>User id</dt>
        <dd class="mono">{user.userId}</dd>
        <dt>Role</dt>
        <dd>{user.roles.join(", ")}</dd>
        <dt>Sign-in by</dt>
        <dd>{account?.source === "oidc" ? "provider" : "password"}</dd>
      </dl>
    </Panel>
  );
}

function NewPassword({ wrong }: { readonly wrong: Fields }) {
  return (
    <Panel id="password-panel" title="Change your password">
      <form
        method="post"
        action={`${ACCOUNT_PATH}/password`}
        class="pad form"
      >
        <Field id="old" label="Password now" wrong={wrong.old}>
          <input
            id="old"
            name="old"
            class="input"
            type="password"
            required
            autocomplete="current-password"
            {...described("old", { wrong: wrong.old })}
          />
        </Field>
        <PasswordFields wrong={wrong} />
        <p class="muted account-note">
          Every other sign-in ends. API tokens go on.
        </p>
        <Button type="submit">Change it</Button>
      </form>
    </Panel>
  );
}
