/** One account as an admin sees it: role, state, where it is signed in. */
import type { Account } from "../../domain/accounts/account.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count, formatDay, type Zone } from "../../islands/format.ts";
import type { User } from "../../realtime/user.ts";
import type { AccountDirectory } from "../accounts/account_directory.ts";
import { AccountBadge } from "./AccountBadge.tsx";
import { Main } from "./layout.tsx";
import { LinkPanel } from "./LinkPanel.tsx";
import { USERS_PATH } from "./users_place.ts";
import { SignInTable } from "./SignInTable.tsx";
import { RoleSelect } from "./UsersBody.tsx";

export interface UserDetailsProps {
  readonly account: Account;
  /** Who looks. */
  readonly user: User;
  readonly directory: Pick<AccountDirectory, "seenAt">;
  readonly now: number;
  readonly zone: Zone;
  /** What was asked for before is done. */
  readonly done: boolean;
  readonly mistake?: string;
  readonly link?: string;
}

export function UserDetails(props: UserDetailsProps) {
  const { account, user, directory, now, zone, done, mistake, link } = props;
  const { userId, name, signIns } = account;
  const path = `${USERS_PATH}/${encodeURIComponent(userId)}`;
  const isSignedIn = signIns.some(({ expiresAt }) => expiresAt > now);
  return (
    <Main>
      <div class="intro">
        <h1>{name}</h1>
        <div class="end">
          <ButtonLink href={USERS_PATH}>Users</ButtonLink>
        </div>
      </div>
      {done && !mistake && <Banner kind="ok">Done. It holds at once.</Banner>}
      {mistake && <Banner kind="bad">{mistake}</Banner>}
      {link && <LinkPanel link={link} name={name} />}
      <div class="two">
        <Panel
          id="sign-ins"
          title="Where they are signed in"
          end={isSignedIn && (
            <form method="post" action={`${path}/end-all`}>
              <Button small type="submit">End all</Button>
            </form>
          )}
        >
          {isSignedIn
            ? (
              <SignInTable
                signIns={signIns}
                directory={directory}
                current={user.signInId}
                action={`${path}/end`}
                now={now}
                zone={zone}
              />
            )
            : <EmptyState title="Nowhere" text="No browser is signed in." />}
        </Panel>
        <div class="stack">
          <Facts {...props} />
          <Changes {...props} path={path} />
        </div>
      </div>
    </Main>
  );
}

function Facts({ account, now, zone }: UserDetailsProps) {
  const { userId, status, source, tokens, createdAt } = account;
  const alive = tokens.filter(({ expiresAt }) => expiresAt > now).length;
  return (
    <Panel id="facts" title="Account">
      <dl class="pairs pad">
        <dt>User id</dt>
        <dd class="mono">{userId}</dd>
        <dt>State</dt>
        <dd>
          <AccountBadge status={status} />
        </dd>
        <dt>Sign-in by</dt>
        <dd>{source === "oidc" ? "provider" : "password"}</dd>
        <dt>Since</dt>
        <dd>{formatDay(createdAt, zone)}</dd>
        <dt>API tokens</dt>
        <dd>{alive === 0 ? "none" : count(alive, "token", "tokens")}</dd>
      </dl>
    </Panel>
  );
}

function Changes(
  { account, user, path }: UserDetailsProps & { readonly path: string },
) {
  const { status, role, source, userId } = account;
  if (userId === user.userId) {
    return (
      <Banner kind="info">
        This is you. Your role and state are another admin's to change.
      </Banner>
    );
  }
  return (
    <Panel id="changes" title="Change">
      <div class="pad form">
        {source === "password" && (
          <form method="post" action={`${path}/role`} class="account-role">
            <div class="grow">
              <Field id="role" label="Role">
                <RoleSelect id="role" role={role} />
              </Field>
            </div>
            <Button type="submit">Set</Button>
          </form>
        )}
        {source === "password" && status === "active" && (
          <form method="post" action={`${path}/link`}>
            <Button wide type="submit">Make a link to a new password</Button>
          </form>
        )}
        {status === "deactivated"
          ? (
            <form method="post" action={`${path}/reactivate`}>
              <Button wide type="submit">Take back</Button>
            </form>
          )
          : (
            <form method="post" action={`${path}/deactivate`}>
              <Button kind="danger" wide type="submit">Deactivate</Button>
            </form>
          )}
      </div>
    </Panel>
  );
}
