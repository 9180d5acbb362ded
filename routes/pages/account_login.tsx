/** Signing in with a password, or on the way to a provider. */
import type { ComponentChildren } from "preact";
import { Hono } from "hono";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { Field } from "../../islands/components/Field.tsx";
import type { AccountParts } from "../accounts/account_parts.ts";
import {
  endPresent,
  PasswordForm,
  signInWith,
  WRONG,
} from "../accounts/auth_routes.ts";
import { type LoginProblem, OIDC_PATH } from "../accounts/oidc_routes.ts";
import { safePath } from "../auth.ts";
import type { Env } from "../env.ts";
import { isForm, readFields } from "./form.ts";
import { Mark } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";

/** Seconds until the browser goes on to sign out at the provider. */
const GO_ON_S = 1;

const PROBLEMS: Readonly<Record<LoginProblem, string>> = {
  busy: "Too many attempts from your network. Wait a minute.",
  deactivated: "This account is not in use any more. Ask an admin.",
  not_admitted: "You have no role here. Ask an admin to give you one.",
  refused: "That did not work. Sign in again.",
  unavailable: "The provider cannot be reached now. Try again soon.",
};

export function accountLoginPages(
  parts: PageParts,
  people: AccountParts,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/login", (c) => {
    const { next = "", problem = "", out } = c.req.query();
    if (c.get("user")) return c.redirect(safePath(next), 303);
    if (people.oidc === undefined) {
      return renderPage(c, parts, {
        title: "Sign in",
        body: <PasswordLogin name="" next={next} />,
      });
    }
    const { provider } = people.oidc;
    const said = isProblem(problem) ? PROBLEMS[problem] : undefined;
    if (out) c.header("Refresh", `${GO_ON_S}; url=${OIDC_PATH}/end`);
    return renderPage(c, parts, {
      title: "Sign in",
      body: <ProviderLogin {...{ provider, next, said, out: Boolean(out) }} />,
    });
  });
  if (people.oidc !== undefined) return app;
  app.post("/login", async (c, pass) => {
    // Programs send JSON and want problems; people send the form and want the page back.
    if (!isForm(c)) return await pass();
    const fields = await readFields(c);
    const { name = "", next = "" } = fields;
    const form = PasswordForm.safeParse(fields);
    const answer = form.success
      ? await signInWith(c, people, form.data)
      : { state: "refused" } as const;
    if (answer.state === "signed_in") return c.redirect(safePath(next), 303);
    const isLocked = answer.state === "locked";
    if (isLocked) c.header("Retry-After", secondsOf(answer.retryAfterMs));
    const said = isLocked ? waitWords(answer.retryAfterMs) : `${WRONG}.`;
    return await renderPage(c, parts, {
      title: "Sign in",
      status: isLocked ? 429 : 401,
      body: <PasswordLogin name={name.slice(0, 100)} next={next} said={said} />,
    });
  });
  app.post("/logout", async (c) => {
    await endPresent(c, people);
    return c.redirect("/login", 303);
  });
  return app;
}

/** The frame of pages for people who are not signed in. */
export function Door(
  { title, lead, children }: {
    readonly title: string;
    readonly lead?: string;
    readonly children: ComponentChildren;
  },
) {
  return (
    <main id="main" tabIndex={-1} class="sign-in">
      <div class="title">
        <span class="brand">
          <Mark />Regulens
        </span>
        <h1>{title}</h1>
        <p class="lead">
          {lead ?? "Decisions made together, live, with a record that holds."}
        </p>
      </div>
      <div class="panel">{children}</div>
    </main>
  );
}

function PasswordLogin(
  { name, next, said }: {
    readonly name: string;
    readonly next: string;
    readonly said?: string;
  },
) {
  return (
    <Door title="Sign in">
      <form method="post" action="/login" class="pad form">
        {said && <Banner kind="bad">{said}</Banner>}
        <input type="hidden" name="next" value={next} />
        <Field id="name" label="Name">
          <input
            id="name"
            name="name"
            class="input"
            value={name}
            required
            maxLength={100}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
          />
        </Field>
        <Field id="password" label="Password">
          <input
            id="password"
            name="password"
            class="input"
            type="password"
            required
            autocomplete="current-password"
          />
        </Field>
        <Button kind="primary" wide type="submit">Sign in</Button>
        <p class="muted account-note">
          No account, or no password any more? An admin gives you a link.
        </p>
      </form>
    </Door>
  );
}

function ProviderLogin(
  { provider, next, said, out }: {
    readonly provider: string;
    readonly next: string;
    readonly said: string | undefined;
    readonly out: boolean;
  },
) {
  const query = next === "" ? "" : `?${new URLSearchParams({ next })}`;
  return (
    <Door title={out ? "Signed out" : "Sign in"}>
      <div class="pad form">
        {said && <Banner kind="bad">{said}</Banner>}
        {out && (
          <Banner kind="ok">
            You are signed out here; signing out at {provider}.
          </Banner>
        )}
        <ButtonLink kind="primary" wide href={`${OIDC_PATH}${query}`}>
          Sign in with {provider}
        </ButtonLink>
      </div>
    </Door>
  );
}

/** For how long nothing more is tried, in words. */
export function waitWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const wait = seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return `Too many wrong attempts. Try again in ${wait}.`;
}

export function secondsOf(ms: number): string {
  return String(Math.ceil(ms / 1000));
}

function isProblem(text: string): text is LoginProblem {
  return Object.hasOwn(PROBLEMS, text);
}
