/** Keeping a view of the list of alerts, and removing one: by plain forms, for oneself. */
import { choiceJson } from "../../domain/alerts/alert_choice.ts";
import type { User } from "../../realtime/user.ts";
import { choiceOf } from "./alert_place.ts";
import { type Fields, messageIdOf, type Refused, refusedBy } from "./form.ts";
import type { PageParts } from "./page_parts.ts";

/** What was refused; undefined when it is done. */
export async function changeViews(
  { commands }: Pick<PageParts, "commands">,
  { user, fields }: { readonly user: User; readonly fields: Fields },
): Promise<Refused | undefined> {
  const { name, isDefault, remove } = fields;
  const [command, input] = remove
    ? ["remove_alert_view", { viewId: remove }] as const
    : ["save_alert_view", {
      ...choiceJson(choiceOf(fields)),
      name,
      isDefault: isDefault === "yes",
    }] as const;
  const form = messageIdOf(fields);
  try {
    await commands.execute(command, input, {
      user,
      // Each button of the form is a message of its own.
      messageId: form && `${form}.${remove ? "remove" : isDefault ?? "save"}`
        .slice(0, 128),
    });
    return undefined;
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    return refused;
  }
}
