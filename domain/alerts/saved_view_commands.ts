/** The commands of saved views, on one's own channel alone. Their rules are in `saved_views.ts`. */
import type { Area, CommandDeclaration } from "../decider.ts";
import { userChannel } from "../user_id.ts";
import { readChoice } from "./alert_choice.ts";
import { OfAlertView, SaveAlertView } from "./saved_view_input.ts";
import {
  decide,
  evolve,
  initial,
  SAVED_VIEWS_SUBJECT,
  type SavedViewCommand,
  type SavedViews,
  viewJson,
} from "./saved_views.ts";

export const savedViews: Area<SavedViews, SavedViewCommand> = {
  name: "alerts",
  initial,
  evolve,
  decide,
};

const VIEWS = "/alerts/views";

const saveAlertView = ofOneself<SaveAlertView>({
  name: "save_alert_view",
  summary: "Keep a view of the list of alerts under a name, for oneself",
  input: SaveAlertView,
  http: { method: "POST", path: VIEWS, status: 201 },
  command: ({ name, isDefault = false, severities = [], ...choice }) => ({
    command: "save_alert_view",
    name,
    isDefault,
    choice: readChoice({
      ...choice.show && { show: choice.show },
      ...choice.since && { since: choice.since },
      ...choice.by && { by: choice.by },
      severities,
    }),
  }),
});

const removeAlertView = ofOneself<OfAlertView>({
  name: "remove_alert_view",
  summary: "Remove a view one has saved",
  input: OfAlertView,
  http: { method: "DELETE", path: `${VIEWS}/{viewId}`, status: 200 },
  command: ({ viewId }) => ({ command: "remove_alert_view", viewId }),
});

export const savedViewCommands = [saveAlertView, removeAlertView] as const;

function ofOneself<Input>(
  declaration: Pick<
    CommandDeclaration<Input, SavedViews, SavedViewCommand>,
    "name" | "summary" | "input" | "http" | "command"
  >,
): CommandDeclaration<Input, SavedViews, SavedViewCommand> {
  return {
    ...declaration,
    role: "observer",
    area: savedViews,
    // A user id without a channel could not have signed in.
    channel: (_, { userId }) => userChannel(userId) ?? "",
    subject: () => SAVED_VIEWS_SUBJECT,
    result: (views) => ({ views: views.map(viewJson) }),
  };
}
