/** What an address of the list of alerts asks for; what it does not know is not asked for. */
import {
  type AlertChoice,
  ALL_ACTIVE,
  readChoice,
} from "../../domain/alerts/alert_choice.ts";
import type { Fields } from "./form.ts";

export interface AlertPlace {
  readonly choice: AlertChoice;
  readonly page: number;
  /** Id of the alert that is opened in it. */
  readonly open: string | undefined;
  /** Nothing at all is asked for: the list begins as its reader likes it. */
  readonly isBare: boolean;
}

export function placeOf(fields: Fields): AlertPlace {
  const { page = "", open = "" } = fields;
  return {
    choice: choiceOf(fields),
    page: /^[1-9]\d{0,3}$/.test(page) ? Number(page) : 1,
    open: /^[a-z0-9][A-Za-z0-9_-]{0,63}$/.test(open) ? open : undefined,
    isBare: Object.keys(fields).length === 0,
  };
}

/** @param fields Severities with commas between. */
export function choiceOf(
  { show = ALL_ACTIVE.show, severity = "", since = "", by = "" }: Fields,
): AlertChoice {
  return readChoice({ show, severities: severity.split(","), since, by });
}

/** The fields of a form that keeps the choice. */
export function choiceFields(
  { show, severities, since, by }: AlertChoice,
): readonly (readonly [name: string, value: string])[] {
  return [
    ["show", show],
    ...severities.length > 0 ? [["severity", severities.join()] as const] : [],
    ...since ? [["since", since] as const] : [],
    ...by ? [["by", by] as const] : [],
  ];
}
