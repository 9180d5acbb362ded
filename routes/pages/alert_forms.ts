/** What the form of the list of alerts asks for: one act, on one alert or on those selected. */
import { Refusal } from "../../domain/refusal.ts";
import {
  type Act,
  commandFor,
  endsIt,
  isAct,
  refusalWords,
  type RefusedAct,
} from "../../islands/alert_acts.ts";
import type { Asked } from "../../islands/alert_model.ts";
import type { User } from "../../realtime/user.ts";
import { AlertReading } from "../alert_reading.ts";
import type { AppContext } from "../env.ts";
import { type Fields, messageIdOf, type Refused, refusedBy } from "./form.ts";
import { instantIn } from "./local_instant.ts";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";

/** More than a page holds is nobody's selection. */
const MAX_IDS = 100;
const DAY_MS = 24 * 60 * 60 * 1000;

export type Outcome =
  | { readonly state: "done" }
  | {
    readonly state: "asks";
    readonly asked: Asked;
    readonly picked: readonly string[];
  }
  | {
    readonly state: "refused";
    readonly status: Refused["status"];
    readonly message: string;
    readonly picked: readonly string[];
  };

export async function actOn(
  c: AppContext,
  parts: PageParts,
  user: User,
): Promise<{ readonly place: Record<string, string>; outcome: Outcome }> {
  const body = await c.req.parseBody({ all: true });
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === "string") fields[name] = value;
  }
  const { act, ids, text } = wantedBy(fields, body.id);
  const isSure = "sure" in fields;
  if (act === undefined || ids.length === 0) {
    return { place: fields, outcome: { state: "done" } };
  }
  if (endsIt(act) && ids.length > 1 && !isSure) {
    const asked = { act, count: ids.length };
    return { place: fields, outcome: { state: "asks", asked, picked: ids } };
  }
  const now = (parts.now ?? Date.now)();
  const tomorrow = nextMorning(zoneOf(c), now);
  const refusals: (RefusedAct & Pick<Refused, "status">)[] = [];
  const reading = new AlertReading(parts);
  for (const id of ids) {
    // Of one they may not see its id is all they have.
    let title = id;
    try {
      const { alert } = await reading.read(user, id);
      title = alert.title;
      const acting = { user, now, tomorrow, text };
      const { command, input } = commandFor(act, alert, acting);
      const form = messageIdOf(fields);
      await parts.commands.execute(command, input, {
        user,
        // The form's own name for it: sent twice, it is done once.
        messageId: form && `${form}:${command}:${id}`.slice(0, 128),
      });
    } catch (error) {
      const refused = refusedBy(error);
      if (!refused) throw error;
      const message = refused.message ?? Object.values(refused.fields)[0] ??
        new Refusal("not_allowed").message;
      refusals.push({ alertId: id, title, message, status: refused.status });
    }
  }
  const [first] = refusals;
  if (first === undefined) return { place: fields, outcome: { state: "done" } };
  return {
    place: fields,
    outcome: {
      state: "refused",
      status: first.status,
      message: refusalWords(refusals, ids.length),
      picked: refusals.map(({ alertId }) => alertId),
    },
  };
}

/** `one`: a row's own button. `act` and `sure`: those of the selection. */
function wantedBy(
  { one = "", act = "", sure = "", text = "", reason = "" }: Fields,
  selected: unknown,
): {
  readonly act: Act | undefined;
  readonly ids: readonly string[];
  readonly text: string;
} {
  const [name, id] = one.split(" ");
  if (id !== undefined && isAct(name)) return { act: name, ids: [id], text };
  const wanted = sure || act;
  const ids = [selected].flat().filter((one) => typeof one === "string");
  return {
    act: isAct(wanted) ? wanted : undefined,
    ids: [...new Set(ids)].slice(0, MAX_IDS),
    text: reason,
  };
}

/** Nine in the morning of the reader's next day. */
function nextMorning(zone: string, now: number): number {
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone: zone })
    .format(now + DAY_MS);
  return instantIn(zone, `${day}T09:00`) ?? now + DAY_MS;
}
