/** One's API tokens: making one, which is shown once, and revoking. */
import { Hono } from "hono";
import { scopesFor } from "../../domain/accounts/token_scope.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { described, Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { User } from "../../realtime/user.ts";
import type { AccountParts } from "../accounts/account_parts.ts";
import {
  demandInPerson,
  demandScope,
  MAX_TOKEN_DAYS,
  tokenEnd,
  TokenRequest,
} from "../accounts/token_rules.ts";
import type { AppContext, Env } from "../env.ts";
import { ACCOUNT_PATH } from "./account.tsx";
import { type Fields, readFields, refusedBy } from "./form.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";
import { TokenTable } from "./TokenTable.tsx";

const PATH = `${ACCOUNT_PATH}/tokens`;

const SCOPES = {
  read: "Reads what you may read; changes nothing.",
  write: "Also does what you may do, but for what takes an admin.",
  admin: "Does everything that you may do.",
} as const;

export function accountTokensPage(
  parts: PageParts,
  people: AccountParts,
): Hono<Env> {
  const { accounts, now } = people;
  const app = new Hono<Env>();
  app.get(PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await show(c, parts, { people, user });
  });
  app.post(PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demandInPerson(c);
    const fields = await readFields(c);
    const asked = TokenRequest.safeParse(fields);
    if (!asked.success) {
      const wrong = Object.fromEntries(
        asked.error.issues.map((
          { path, message },
        ) => [path.join("."), message]),
      );
      return await show(c, parts, { people, user, fields, wrong });
    }
    const { name, scope, days } = asked.data;
    try {
      demandScope(user, scope);
      const expiresAt = tokenEnd(now(), days);
      const made = await accounts.makeToken(user, { name, scope, expiresAt });
      // Not behind a redirect: it would have to be kept for the next request.
      return await show(c, parts, { people, user, made: made.text });
    } catch (error) {
      const refused = refusedBy(error);
      if (refused === undefined) throw error;
      const mistake = refused.message;
      return await show(c, parts, { people, user, fields, mistake });
    }
  });
  app.post(`${PATH}/revoke`, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const { tokenId = "" } = await readFields(c);
    await accounts.change(user, user.userId, { kind: "revoke_token", tokenId });
    return c.redirect(`${PATH}?said=revoked`, 303);
  });
  return app;
}

interface Shown {
  readonly people: AccountParts;
  readonly user: User;
  readonly fields?: Fields;
  readonly wrong?: Fields;
  readonly mistake?: string;
  /** The text of a token that was just made. */
  readonly made?: string;
}

async function show(
  c: AppContext,
  parts: PageParts,
  shown: Shown,
): Promise<Response> {
  const { people: { directory, now }, user, made, mistake } = shown;
  const tokens = directory.get(user.userId)?.tokens ?? [];
  const isMistaken = shown.wrong !== undefined || mistake !== undefined;
  return await renderPage(c, parts, {
    title: "API tokens",
    status: isMistaken ? 422 : 200,
    body: (
      <Main>
        <div class="intro">
          <h1>API tokens</h1>
          <div class="end">
            <ButtonLink href={ACCOUNT_PATH}>Account</ButtonLink>
          </div>
          <p class="muted">
            For programs that act for you: as header{" "}
            <code>Authorization: Bearer …</code>{" "}
            on the API and the socket. It is told once and not kept.
          </p>
        </div>
        {c.req.query("said") === "revoked" && (
          <Banner kind="ok">
            It opens nothing any more, and its connections are closed.
          </Banner>
        )}
        {mistake && <Banner kind="bad">{mistake}</Banner>}
        {made && <Made text={made} />}
        <div class="two">
          <Panel id="tokens" title="Yours">
            {tokens.some(({ expiresAt }) => expiresAt > now())
              ? (
                <TokenTable
                  tokens={tokens}
                  directory={directory}
                  action={`${PATH}/revoke`}
                  now={now()}
                  zone={zoneOf(c)}
                />
              )
              : (
                <EmptyState
                  title="No tokens"
                  text="A program that acts for you needs one."
                />
              )}
          </Panel>
          <NewToken {...shown} />
        </div>
      </Main>
    ),
  });
}

function Made({ text }: { readonly text: string }) {
  return (
    <Panel id="made" title="Your new token, shown this once">
      <div class="pad form">
        <Field id="text" label="Copy it now" hideLabel>
          <input
            id="text"
            class="input mono"
            value={text}
            readOnly
            autocomplete="off"
          />
        </Field>
      </div>
    </Panel>
  );
}

function NewToken({ user, fields = {}, wrong = {} }: Shown) {
  const { name = "", scope = "read", days = "90" } = fields;
  return (
    <Panel id="new" title="New token">
      <form method="post" action={PATH} class="pad form">
        <Field
          id="name"
          label="What it is for"
          wrong={wrong.name}
          hint="Such as: nightly export"
        >
          <input
            id="name"
            name="name"
            class="input"
            value={name}
            required
            maxLength={80}
            autocomplete="off"
            {...described("name", { hint: true, wrong: wrong.name })}
          />
        </Field>
        <fieldset class="field">
          <legend>What it may do</legend>
          <div class="choices">
            {scopesFor(user.roles).map((value) => (
              <label key={value}>
                <input
                  type="radio"
                  name="scope"
                  value={value}
                  checked={scope === value}
                />
                <span>
                  {value.charAt(0).toUpperCase() + value.slice(1)}
                  <small>{SCOPES[value]}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <Field id="days" label="Days until it ends" wrong={wrong.days}>
          <input
            id="days"
            name="days"
            class="input"
            type="number"
            min={1}
            max={MAX_TOKEN_DAYS}
            value={days}
            required
            {...described("days", { wrong: wrong.days })}
          />
        </Field>
        <Button kind="primary" type="submit">Make the token</Button>
      </form>
    </Panel>
  );
}
