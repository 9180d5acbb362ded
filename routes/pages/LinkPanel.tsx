/** A link that works once, to be handed to whom it is for. */
import { described, Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";

export function LinkPanel(
  { link, name }: { readonly link: string; readonly name: string },
) {
  return (
    <Panel id="link" title={`A link for ${name}, shown this once`}>
      <div class="pad form">
        <Field
          id="link-text"
          label="Hand it over where nobody else reads it"
          hint="It sets a password once, within three days."
        >
          <input
            id="link-text"
            class="input mono"
            value={link}
            readOnly
            autocomplete="off"
            {...described("link-text", { hint: true })}
          />
        </Field>
      </div>
    </Panel>
  );
}
