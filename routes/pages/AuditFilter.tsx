/** What of the audit trail is shown: by channel, subject, person and day; a plain form. */
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { Field } from "../../islands/components/Field.tsx";
import type { AuditPlace } from "./audit_place.ts";

export function AuditFilter(
  { place, channels }: {
    readonly place: AuditPlace;
    readonly channels: readonly string[];
  },
) {
  const { channel, subject, actor, since } = place;
  const isFiltered = [channel, subject, actor, since].some((one) => one !== "");
  return (
    <form method="get" action="/audit" role="search" class="audit-filter">
      <Field id="channel" label="Channel">
        <input
          id="channel"
          name="channel"
          class="input"
          list="filter-channels"
          value={channel}
          maxLength={256}
          placeholder="rules, session:…"
        />
      </Field>
      <datalist id="filter-channels">
        {channels.map((one) => <option key={one} value={one} />)}
      </datalist>
      <Field id="subject" label="About">
        <input
          id="subject"
          name="subject"
          class="input"
          value={subject}
          maxLength={256}
          placeholder="rule:large-cash, poll:…"
        />
      </Field>
      <Field id="actor" label="Who">
        <input
          id="actor"
          name="actor"
          class="input"
          value={actor}
          maxLength={256}
          placeholder="User id"
        />
      </Field>
      <Field id="since" label="Since (UTC)">
        <input
          id="since"
          name="since"
          type="date"
          class="input"
          value={since}
        />
      </Field>
      <div class="row-form">
        <Button type="submit">Show</Button>
        {isFiltered && <ButtonLink href="/audit">Show all</ButtonLink>}
      </div>
    </form>
  );
}
