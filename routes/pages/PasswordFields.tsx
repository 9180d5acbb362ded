/** A new password, typed twice. */
import { described, Field } from "../../islands/components/Field.tsx";
import { MIN_PASSWORD } from "../accounts/sign_in_name.ts";
import type { Fields } from "./form.ts";

export function PasswordFields({ wrong }: { readonly wrong: Fields }) {
  return (
    <>
      <Field
        id="password"
        label="New password"
        wrong={wrong.password}
        hint={`At least ${MIN_PASSWORD} characters: a few words do.`}
      >
        <input
          id="password"
          name="password"
          class="input"
          type="password"
          required
          minLength={MIN_PASSWORD}
          autocomplete="new-password"
          {...described("password", { hint: true, wrong: wrong.password })}
        />
      </Field>
      <Field id="again" label="The same again" wrong={wrong.again}>
        <input
          id="again"
          name="again"
          class="input"
          type="password"
          required
          autocomplete="new-password"
          {...described("again", { wrong: wrong.again })}
        />
      </Field>
    </>
  );
}
