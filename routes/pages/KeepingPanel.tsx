/** How long things are kept: what is on legal hold, what retention takes next, and the forms for both. */
import { Button } from "../../islands/components/Button.tsx";
import { Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count, formatDay, type Zone } from "../../islands/format.ts";
import type { HeldChannel, RetentionPlan } from "../audit_retention.ts";
import type { KeepingShown } from "./audit_keeping.ts";
import { addressOf } from "./audit_place.ts";

/** Overdue sessions shown; the rest is counted. */
const MAX_SHOWN = 10;

interface KeepingPanelProps {
  readonly keeping: KeepingShown;
  /** The channel that is followed, offered for a hold. */
  readonly channel: string;
  /** Begins the ids of the forms, against sending one twice. */
  readonly formId: string;
  readonly zone: Zone;
}

export function KeepingPanel(
  { keeping: { held, plan, isAdmin }, channel, formId, zone }:
    KeepingPanelProps,
) {
  return (
    <Panel id="keeping" title="Retention and holds">
      <div class="pad stack">
        {plan && <Plan plan={plan} zone={zone} />}
        <Holds held={held} isAdmin={isAdmin} formId={formId} zone={zone} />
        <form method="post" action="/audit/keeping" class="form">
          <input type="hidden" name="command" value="place_hold" />
          <input type="hidden" name="messageId" value={`${formId}.hold`} />
          <Field
            id="hold-channel"
            label="Keep this channel from being erased"
            hint={isAdmin ? undefined : "A session that you lead."}
          >
            <input
              id="hold-channel"
              name="channel"
              class="input mono"
              list="channels"
              value={channel}
              maxLength={1541}
              required
              aria-describedby={isAdmin ? undefined : "hold-channel-hint"}
            />
          </Field>
          <Field id="hold-reason" label="Why">
            <input
              id="hold-reason"
              name="reason"
              class="input"
              maxLength={1000}
              required
            />
          </Field>
          <div class="row-form">
            <Button type="submit">Place a hold</Button>
          </div>
        </form>
        {plan && <OwnDays formId={formId} channel={channel} />}
      </div>
    </Panel>
  );
}

function Plan(
  { plan: { days, own, overdue }, zone }: {
    readonly plan: RetentionPlan;
    readonly zone: Zone;
  },
) {
  const more = overdue.length - MAX_SHOWN;
  return (
    <>
      <p>
        {days === null
          ? "Sessions are kept for ever."
          : `What is said in a session is erased ${
            count(days, "day", "days")
          } after it was closed; the proof of it stays.`}
        {own.length > 0 &&
          ` ${
            count(own.length, "exception is", "exceptions are")
          } made from that.`}
      </p>
      {overdue.length > 0 && (
        <>
          <h3>Goes next</h3>
          <ul>
            {overdue.slice(0, MAX_SHOWN).map((one) => (
              <li key={`${one.channel} ${one.subject ?? ""}`}>
                <a href={addressOf({ channel: one.channel })}>{one.title}</a>
                {one.subject !== null && `, ${one.subject}`}, closed{" "}
                {formatDay(one.closedAt, zone)}
                {one.held && ": stays, on hold"}
              </li>
            ))}
          </ul>
          {more > 0 && <p class="muted">and {more} more</p>}
        </>
      )}
    </>
  );
}

function Holds(
  { held, isAdmin, formId, zone }: {
    readonly held: readonly HeldChannel[];
    readonly isAdmin: boolean;
    readonly formId: string;
    readonly zone: Zone;
  },
) {
  if (held.length === 0) return <p class="muted">Nothing is on hold.</p>;
  return (
    <>
      <h3>On hold</h3>
      <ul>
        {held.map(({ channel, name, userId, at, reason, byAdmin }, index) => (
          <li key={channel}>
            <a class="mono" href={addressOf({ channel })}>{channel}</a>
            <br />
            {reason}{" "}
            <span class="muted">
              (by {name || userId}, {formatDay(at, zone)})
            </span>
            {(isAdmin || !byAdmin) && (
              <form method="post" action="/audit/keeping">
                <input type="hidden" name="command" value="lift_hold" />
                <input type="hidden" name="channel" value={channel} />
                <input
                  type="hidden"
                  name="messageId"
                  value={`${formId}.lift.${index}`}
                />
                <Button
                  small
                  type="submit"
                  aria-label={`Lift the hold on ${channel}`}
                >
                  Lift the hold
                </Button>
              </form>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function OwnDays(
  { channel, formId }: { readonly channel: string; readonly formId: string },
) {
  return (
    <form method="post" action="/audit/keeping" class="form">
      <input type="hidden" name="command" value="set_retention" />
      <input type="hidden" name="messageId" value={`${formId}.days`} />
      <Field id="own-channel" label="Keep a session longer or shorter">
        <input
          id="own-channel"
          name="channel"
          class="input mono"
          list="channels"
          placeholder="session:…"
          value={channel.startsWith("session:") ? channel : ""}
          required
        />
      </Field>
      <Field
        id="own-days"
        label="Days after it was closed"
        hint="A number, forever, or default."
      >
        <input
          id="own-days"
          name="days"
          class="input"
          pattern="\d{1,5}|forever|default"
          required
          aria-describedby="own-days-hint"
        />
      </Field>
      <div class="row-form">
        <Button type="submit">Set</Button>
      </div>
    </form>
  );
}
