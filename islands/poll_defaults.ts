/** What a control starts with: an attribute in the server's page, a default that typing overrides in ours. */

/** The server's renderer writes `value` and `checked` alone; in a browser they would hold on. */
const RENDERS_TEXT = typeof document === "undefined";

export function startsWith(text: string) {
  return RENDERS_TEXT ? { value: text } : { defaultValue: text };
}

export function startsChecked(checked: boolean) {
  return RENDERS_TEXT ? { checked } : { defaultChecked: checked };
}
