/** The page on which a poll is put together: a plain form, whose parts show as the method asks. */
import type { ComponentChildren } from "preact";
import {
  type BallotKind,
  METHODS,
} from "../../domain/consensus/polls/methods.ts";
import type { Session } from "../../domain/sessions/session.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import {
  described,
  Field,
  FieldMistake,
} from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { Zone } from "../../islands/format.ts";
import type { Fields, Refused } from "./form.ts";
import { Main } from "./layout.tsx";
import { CLOSINGS, GRADE_LINES } from "./poll_fields.ts";

const KINDS: readonly { readonly kind: BallotKind; readonly says: string }[] = [
  { kind: "choice", says: "Voters choose one" },
  { kind: "choices", says: "Voters choose several" },
  { kind: "ranking", says: "Voters rank" },
  { kind: "grades", says: "Voters grade" },
];

export interface PollComposeProps {
  readonly session: Session;
  readonly fields: Fields;
  readonly refused?: Pick<Refused, "message" | "fields"> | undefined;
  readonly formId: string;
  readonly zone: Zone;
}

export function PollCompose(props: PollComposeProps) {
  const { session, fields, refused, formId } = props;
  const wrong = refused?.fields ?? {};
  const path = `/sessions/${session.id}`;
  const voters =
    session.participants.filter(({ role, status }) =>
      role !== "observer" && status !== "left"
    ).length;
  return (
    <Main>
      <div class="intro">
        <h1>Open a poll</h1>
        <p class="muted">
          In <a href={path}>{session.title}</a>
        </p>
      </div>
      <form
        class="two compose"
        method="post"
        action={`${path}/polls`}
        autocomplete="off"
      >
        <input type="hidden" name="messageId" value={`${formId}.poll`} />
        <div class="stack">
          {refused?.message && <Banner kind="bad">{refused.message}</Banner>}
          <Panel id="asks" title="What is asked">
            <div class="pad form">
              <Line
                id="question"
                label="Question"
                wrong={wrong.question}
                value={fields.question ?? session.title}
                max={500}
              />
              <Lines
                id="description"
                label="What voters should know"
                hint="Optional."
                wrong={wrong.description}
                value={fields.description ?? ""}
                rows={2}
              />
            </div>
          </Panel>
          <Methods fields={fields} mistake={wrong.method} />
          <div class="takes-alternatives">
            <Panel id="among" title="What is chosen among">
              <div class="pad form">
                <Lines
                  id="alternatives"
                  label="Alternatives"
                  hint="One a line, at least two, in the order they are shown."
                  wrong={wrong.alternatives}
                  value={fields.alternatives ?? ""}
                  rows={4}
                />
                <div class="takes-grades">
                  <Lines
                    id="grades"
                    label="Grades"
                    hint="Worst to best, one a line."
                    wrong={wrong.grades}
                    value={fields.grades ?? GRADE_LINES}
                    rows={6}
                  />
                </div>
              </div>
            </Panel>
          </div>
        </div>
        <Terms {...props} voters={voters} />
      </form>
    </Main>
  );
}

function Methods({ fields, mistake }: { fields: Fields; mistake?: string }) {
  const chosen = fields.method ?? "proposal";
  return (
    <Panel id="method" title="Method">
      <div class="pad form">
        <p>
          One proposal? <b>Proposal</b>. Two alternatives?{" "}
          <b>Majority</b>. Several? <b>Approval</b> or <b>Schulze</b>.
        </p>
        {mistake && (
          <div class="field">
            <FieldMistake id="method-mistake">{mistake}</FieldMistake>
          </div>
        )}
        {KINDS.map(({ kind, says }) => (
          <fieldset key={kind} class="field">
            <legend>{says}</legend>
            <div class="choices methods">
              {methodsOf(kind).map((
                [method, { name, help, takesThreshold }],
              ) => (
                <label key={method}>
                  <input
                    type="radio"
                    name="method"
                    value={method}
                    checked={method === chosen}
                    data-threshold={takesThreshold ? "" : undefined}
                  />
                  <span>
                    {name}
                    <small>{help}</small>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
        ))}
      </div>
    </Panel>
  );
}

function methodsOf(kind: BallotKind) {
  return Object.entries(METHODS).filter(([, { ballot }]) => ballot === kind);
}

/** What is fixed with the first ballot: how much is enough, who sees what, how long. */
function Terms(
  { session, fields, refused, zone, voters }: PollComposeProps & {
    voters: number;
  },
) {
  const wrong = refused?.fields ?? {};
  return (
    <Panel id="terms" title="Terms" end={`${voters} may vote`}>
      <div class="pad form">
        <Share
          id="quorum"
          label="Quorum"
          hint="Least part of the weight that must be cast. Left empty: none."
          wrong={wrong.quorum}
          value={fields.quorum ?? "50"}
        />
        <div class="takes-threshold">
          <Share
            id="threshold"
            label="Needed to win"
            hint="Left empty: as the method has it."
            wrong={wrong.threshold}
            value={fields.threshold ?? ""}
          />
        </div>
        <fieldset class="field">
          <legend>Who sees ballots</legend>
          <div class="choices">
            <Radio
              name="blind"
              value=""
              checked={!fields.blind}
              note="Everyone sees each ballot as it is cast."
            >
              Open
            </Radio>
            <Radio
              name="blind"
              value="on"
              checked={fields.blind === "on"}
              note="Only that one has voted is seen until the reveal; nobody can follow the others."
            >
              Blind
            </Radio>
          </div>
        </fieldset>
        <div class="field when-blind">
          <label for="reveal">Ballots are shown</label>
          <select id="reveal" name="reveal" class="input">
            <option value="close" selected={fields.reveal !== "quorum"}>
              when the poll closes
            </option>
            <option value="quorum" selected={fields.reveal === "quorum"}>
              as soon as quorum is reached
            </option>
          </select>
        </div>
        <div class="field">
          <label for="closes">Closes</label>
          <select id="closes" name="closes" class="input">
            {CLOSINGS.map(({ value, label }) => (
              <option
                key={value}
                value={value}
                selected={value === (fields.closes ?? "")}
              >
                {label}
              </option>
            ))}
          </select>
        </div>
        <div class="when-at">
          <Field
            id="closesAt"
            label="At"
            hint={zone === "UTC" ? "In UTC." : `In your time zone, ${zone}.`}
            wrong={wrong.closesAt}
          >
            <input
              id="closesAt"
              name="closesAt"
              type="datetime-local"
              class="input"
              value={fields.closesAt ?? ""}
              {...described("closesAt", { hint: true, wrong: wrong.closesAt })}
            />
          </Field>
        </div>
        <Field
          id="rounds"
          label="Rounds at most"
          hint="With more than one, a round in which nothing passed is followed by another."
          wrong={wrong.rounds}
        >
          <input
            id="rounds"
            name="rounds"
            type="number"
            class="input short"
            min={1}
            max={500}
            value={fields.rounds ?? "1"}
            {...described("rounds", { hint: true, wrong: wrong.rounds })}
          />
        </Field>
        <p class="muted note">
          Who may vote is fixed as the poll opens: everyone who takes part now,
          but observers.
        </p>
        <div class="actions">
          <Button kind="primary" type="submit">Open poll</Button>
          <ButtonLink href={`/sessions/${session.id}`}>Back</ButtonLink>
        </div>
      </div>
    </Panel>
  );
}

interface Typed {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly wrong?: string | undefined;
  readonly value: string;
}

function Line({ id, label, wrong, value, max }: Typed & { max: number }) {
  return (
    <Field id={id} label={label} wrong={wrong}>
      <input
        id={id}
        name={id}
        class="input"
        value={value}
        required
        maxLength={max}
        {...described(id, { wrong })}
      />
    </Field>
  );
}

function Lines(
  { id, label, hint, wrong, value, rows }: Typed & { rows: number },
) {
  return (
    <Field id={id} label={label} hint={hint} wrong={wrong}>
      <textarea
        id={id}
        name={id}
        class="input grows"
        rows={rows}
        {...described(id, { hint: hint !== undefined, wrong })}
      >
        {value}
      </textarea>
    </Field>
  );
}

function Share({ id, label, hint, wrong, value }: Typed) {
  return (
    <Field id={id} label={label} hint={hint} wrong={wrong}>
      <span class="percent">
        <input
          id={id}
          name={id}
          type="number"
          class="input short"
          min={0}
          max={100}
          step="any"
          value={value}
          {...described(id, { hint: true, wrong })}
        />
        <span aria-hidden="true">%</span>
      </span>
    </Field>
  );
}

function Radio(
  { name, value, checked, note, children }: {
    name: string;
    value: string;
    checked: boolean;
    note: string;
    children: ComponentChildren;
  },
) {
  return (
    <label>
      <input type="radio" name={name} value={value} checked={checked} />
      <span>
        {children}
        <small>{note}</small>
      </span>
    </label>
  );
}
