/** A house in which every text that anybody may write tries to become markup. */
import { prepare } from "./attempts.ts";
import { COMMAND_ROWS } from "./command_rows.ts";
import type { House } from "./house.ts";

/** Each tries another way out: of text, of an attribute, of a script, of a style, of a link. */
export const HOSTILE = [
  `<img src=x onerror="window.pwned=1">`,
  `"><script>window.pwned=1</script>`,
  `' autofocus onfocus='window.pwned=1`,
  `</script><script>window.pwned=1</script>`,
  `</title></textarea></style><svg onload="window.pwned=1">`,
  `javascript:window.pwned=1`,
  `{{constructor.constructor("window.pwned=1")()}}`,
] as const;

/** Fields that hold words of the program's own, or ids: they take no free text. */
const NO_TEXT =
  /^(.*Id|id|ids|type|method|mode|when|severity|priority|role|riskLevel|status|direction|channel|kind|outcome|until|choice|chosen|show|since|by|days|template)$/;

/** The same input with every free text made hostile, and the texts that may be left out added. */
function spoiled(value: unknown, name: string, text: string): unknown {
  if (typeof value === "string") return NO_TEXT.test(name) ? value : text;
  if (Array.isArray(value)) {
    return value.map((each) => spoiled(each, name, text));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, spoiled(each, key, text)]),
  );
}

/** Texts of commands that the sound attempts of the matrix leave out. */
const OPTIONAL: Readonly<Record<string, readonly string[]>> = {
  open_session: ["description"],
  open_poll: ["description"],
  open_decision: ["description"],
  cast_ballot: ["reason"],
  close_decision: ["reason"],
  create_rule: ["description"],
  raise_alert: ["body", "source"],
  resolve_alert: ["resolution"],
  deactivate_rule: ["reason"],
  give_feedback: ["comment"],
  run_analysis: ["title"],
  run_evaluation: ["title"],
  add_participant: ["name"],
};

/** Where something hostile is shown. */
export interface Furnished {
  readonly pages: readonly string[];
  /** How many commands took their hostile texts. */
  readonly taken: number;
}

/** Runs every command with hostile texts, one text after the other. */
export async function furnish(house: House): Promise<Furnished> {
  const pages = new Set([
    "/",
    "/sessions",
    "/decisions",
    "/rules",
    "/alerts",
    "/learning",
    "/jobs",
    "/inbox",
    "/audit",
    "/ops",
    "/alerts?view=%3Cimg%20src%3Dx%3E",
    "/login",
    "/docs",
  ]);
  let taken = 0;
  let turn = 0;
  for (const row of COMMAND_ROWS) {
    if (row.signal || row.command === "close_session") continue;
    const text = HOSTILE[turn++ % HOSTILE.length];
    const place = await prepare(house, {
      where: "open",
      actor: "admin",
      given: row.given,
    });
    const optional = Object.fromEntries(
      (OPTIONAL[row.command] ?? []).map((name) => [name, text]),
    );
    const input = {
      ...Object(spoiled(row.input(place), "", text)),
      ...optional,
    };
    try {
      await house.execute(row.command, input);
      taken++;
    } catch {
      // A field that takes no such text has refused it, which is as good.
    }
    pages.add(`/sessions/${place.sessionId}`);
    if (row.given === "decision") pages.add(`/decisions/${place.id}`);
    if (row.given === "rule") pages.add(`/rules/${place.id}`);
  }
  return { pages: [...pages], taken };
}
