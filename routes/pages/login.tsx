/** Signing in to the demo: pick a name and a role. Plainly marked: nobody is checked. */
import { Hono } from "hono";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import {
  described,
  Field,
  FieldMistake,
} from "../../islands/components/Field.tsx";
import { safePath, signIn, SignInForm, signOut } from "../auth.ts";
import type { AppContext, Env } from "../env.ts";
import { type Fields, isForm, readFields } from "./form.ts";
import { Mark } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";

const ROLES = [
  ["observer", "Observer", "Reads along."],
  ["member", "Member", "Also writes, votes and acknowledges."],
  ["facilitator", "Facilitator", "Also opens and closes sessions."],
  ["admin", "Admin", "May do everything."],
] as const;

export function loginPages(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/login", (c) => {
    const next = c.req.query("next");
    if (c.get("user")) return c.redirect(safePath(next), 303);
    return show(c, parts, { next: next ?? "" });
  });
  app.post("/login", async (c, pass) => {
    // Programs send JSON and want problems; people send the form and want the page back.
    if (!isForm(c)) return await pass();
    const fields = await readFields(c);
    const form = SignInForm.safeParse(fields);
    if (!form.success) {
      const wrong = Object.fromEntries(
        form.error.issues.map(({ path, message }) => [path.join("."), message]),
      );
      return show(c, parts, fields, wrong);
    }
    await signIn(c, form.data, parts.auth);
    return c.redirect(safePath(form.data.next), 303);
  });
  app.post("/logout", async (c) => {
    await signOut(c, parts.auth);
    return c.redirect("/login", 303);
  });
  return app;
}

function show(
  c: AppContext,
  parts: PageParts,
  fields: Fields,
  wrong: Fields = {},
): Promise<Response> {
  const mistaken = Object.keys(wrong).length > 0;
  const body = <Login fields={fields} wrong={wrong} demo={parts.demo} />;
  return renderPage(c, parts, {
    title: "Sign in",
    status: mistaken ? 422 : 200,
    body,
  });
}

function Login(
  { fields, wrong, demo }: { fields: Fields; wrong: Fields; demo: boolean },
) {
  const { name = "", role = "member", next = "" } = fields;
  return (
    <main id="main" tabIndex={-1} class="sign-in">
      <div class="title">
        <span class="brand">
          <Mark />Regulens
        </span>
        <h1>Sign in</h1>
        <p class="lead">
          Decisions made together, live, with a record that holds.
        </p>
      </div>
      <div class="panel">
        <form method="post" action="/login" class="pad form">
          {demo && (
            <Banner kind="warn">
              <b>Demo.</b>{" "}
              No password: anyone can take any name and role. Do not write
              anything confidential.
            </Banner>
          )}
          <input type="hidden" name="next" value={next} />
          <Field
            id="name"
            label="Your name"
            wrong={wrong.name}
            hint="The same name is the same person, on every device."
          >
            <input
              id="name"
              name="name"
              class="input"
              value={name}
              required
              maxLength={80}
              autocomplete="name"
              placeholder="Ana Lima"
              {...described("name", { hint: true, wrong: wrong.name })}
            />
          </Field>
          <fieldset class="field">
            <legend>Role</legend>
            <div class="choices">
              {ROLES.map(([value, label, about]) => (
                <label key={value}>
                  <input
                    type="radio"
                    name="role"
                    value={value}
                    checked={role === value}
                  />
                  <span>
                    {label}
                    <small>{about}</small>
                  </span>
                </label>
              ))}
            </div>
            {wrong.role && <FieldMistake>{wrong.role}</FieldMistake>}
          </fieldset>
          <Button kind="primary" wide type="submit">Sign in</Button>
        </form>
      </div>
    </main>
  );
}
