/** The list of accounts, and the form that invites. */
import { ROLES } from "../../domain/access.ts";
import type { Account } from "../../domain/accounts/account.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import { described, Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Table } from "../../islands/components/Table.tsx";
import { count } from "../../islands/format.ts";
import type { User } from "../../realtime/user.ts";
import { AccountBadge } from "./AccountBadge.tsx";
import type { Fields } from "./form.ts";
import { Main } from "./layout.tsx";
import { LinkPanel } from "./LinkPanel.tsx";
import { OpsTabs } from "./OpsTabs.tsx";
import { USERS_PATH } from "./users_place.ts";

export interface UsersBodyProps {
  /** Who looks. */
  readonly user: User;
  readonly accounts: readonly Account[];
  readonly found: number;
  readonly page: number;
  readonly pages: number;
  readonly search: string;
  /** False where people come from a provider. */
  readonly mayInvite: boolean;
  readonly fields?: Fields;
  readonly wrong?: Fields;
  readonly mistake?: string;
  readonly link?: string;
  readonly for?: string;
}

export function UsersBody(props: UsersBodyProps) {
  const { accounts, found, search, mayInvite, mistake, link } = props;
  const list = (
    <Panel
      id="users"
      title="Accounts"
      end={count(found, "account", "accounts")}
    >
      <form
        method="get"
        action={USERS_PATH}
        role="search"
        class="account-search"
      >
        <input
          class="input"
          type="search"
          name="q"
          aria-label="Words in a name, role or state"
          placeholder="Name, role or state"
          value={search}
        />
        <Button type="submit">Search</Button>
      </form>
      <Table
        label="Accounts"
        rows={accounts}
        keyOf={({ userId }) => userId}
        columns={[
          {
            key: "name",
            head: "Name",
            kind: "name",
            cell: ({ userId, name }) => (
              <a href={`${USERS_PATH}/${encodeURIComponent(userId)}`}>
                {name} <span class="muted mono">{userId}</span>
              </a>
            ),
          },
          { key: "role", head: "Role", width: "m", cell: ({ role }) => role },
          {
            key: "status",
            head: "State",
            width: "l",
            cell: ({ status }) => <AccountBadge status={status} />,
          },
        ]}
      />
      <Pages {...props} />
    </Panel>
  );
  return (
    <Main>
      <div class="intro">
        <h1>Users</h1>
        <p class="muted">
          Who may sign in, and as what. What is changed here holds at once, also
          for whoever is connected.
        </p>
      </div>
      <OpsTabs user={props.user} current={USERS_PATH} hasAccounts />
      {mistake && <Banner kind="bad">{mistake}</Banner>}
      {link && <LinkPanel link={link} name={props.for ?? ""} />}
      {mayInvite
        ? (
          <div class="two">
            {list}
            <Invite {...props} />
          </div>
        )
        : list}
    </Main>
  );
}

function Pages({ page, pages, search }: UsersBodyProps) {
  if (pages < 2) return null;
  const to = (at: number) =>
    `${USERS_PATH}?${new URLSearchParams({ q: search, page: String(at) })}`;
  return (
    <footer class="account-pages">
      {page > 1 && <a href={to(page - 1)}>Before</a>}
      <span>Page {page} of {pages}</span>
      {page < pages && <a href={to(page + 1)}>Next</a>}
    </footer>
  );
}

function Invite({ fields = {}, wrong = {} }: UsersBodyProps) {
  const { userId = "", name = "", role = "member" } = fields;
  return (
    <Panel id="invite" title="Invite somebody">
      <form method="post" action={USERS_PATH} class="pad form">
        <Field
          id="userId"
          label="Name to sign in with"
          wrong={wrong.userId}
          hint="Such as an e-mail address; it does not change."
        >
          <input
            id="userId"
            name="userId"
            class="input"
            value={userId}
            required
            maxLength={100}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            {...described("userId", { hint: true, wrong: wrong.userId })}
          />
        </Field>
        <Field id="name" label="Name" wrong={wrong.name}>
          <input
            id="name"
            name="name"
            class="input"
            value={name}
            required
            maxLength={80}
            autocomplete="off"
            {...described("name", { wrong: wrong.name })}
          />
        </Field>
        <Field id="role" label="Role">
          <RoleSelect id="role" role={role} />
        </Field>
        <Button kind="primary" type="submit">Make a link</Button>
      </form>
    </Panel>
  );
}

export function RoleSelect(
  { id, role }: { readonly id: string; readonly role: string },
) {
  return (
    <select id={id} name="role" class="input">
      {ROLES.map((one) => (
        <option key={one} value={one} selected={one === role}>
          {one.charAt(0).toUpperCase() + one.slice(1)}
        </option>
      ))}
    </select>
  );
}
