/** The form of a decision that is not opened yet, with the templates it can start from. */
import { DECISION_TEMPLATES } from "../../domain/decisions/live/templates.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { described, Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { Fitting } from "../../domain/learning/learned_weights.ts";
import type { Zone } from "../../islands/format.ts";
import { type Draft, namedCriteria, type Wrong } from "./decision_draft.ts";
import { AlternativeRows, CriterionRows } from "./DecisionDraftRows.tsx";
import { HowItIsDecided } from "./DecisionDraftRules.tsx";
import { Main } from "./layout.tsx";
import { LearnedWeightsOffer } from "./LearnedWeights.tsx";

const EXAMPLE = "Alternative;Cost (EUR, cost);Fit (1–10)\nVendor A;12000;7";

export interface DecisionDraftProps {
  readonly draft: Draft;
  /** Whose decision it will be; the house's without. */
  readonly session?: { readonly id: string; readonly title: string };
  /** Why its reader cannot open one. */
  readonly refused?: string;
  /** Accepted weights that have these criteria. */
  readonly fitting?: Fitting;
  readonly now: number;
  readonly zone: Zone;
  readonly messageId: string;
  readonly wrong?: Wrong;
  readonly message?: string;
  readonly done?: string;
  /** Name of the control to begin with. */
  readonly focus?: string;
}

export function DecisionDraft(props: DecisionDraftProps) {
  const { draft, session, refused, messageId, message, done } = props;
  const { wrong = {}, focus, fitting, now, zone } = props;
  return (
    <Main>
      <div class="intro">
        <h1>New decision</h1>
        <p class="muted">
          {session
            ? (
              <>
                In the session{" "}
                <a href={`/sessions/${session.id}`}>{session.title}</a>
              </>
            )
            : "For the whole house: everyone signed in sees it, members score and weigh"}
        </p>
      </div>
      {refused === undefined
        ? (
          <>
            <Templates draft={draft} />
            <form
              method="post"
              action="/decisions/new"
              enctype="multipart/form-data"
              class="two draft"
            >
              {/* Enter in a field presses a form's first button: it must not be "add". */}
              <button
                type="submit"
                name="do"
                value="open"
                class="visually-hidden"
                tabIndex={-1}
                aria-hidden="true"
              />
              <input type="hidden" name="messageId" value={messageId} />
              <input type="hidden" name="template" value={draft.template} />
              <input type="hidden" name="sessionId" value={draft.sessionId} />
              <div class="stack">
                {message && <Banner kind="bad">{message}</Banner>}
                {done && <Banner kind="ok">{done}</Banner>}
                <Question draft={draft} wrong={wrong} />
                <AlternativeRows draft={draft} wrong={wrong} focus={focus} />
                <CriterionRows draft={draft} wrong={wrong} focus={focus} />
                {fitting && (
                  <LearnedWeightsOffer
                    fitting={fitting}
                    labels={namedCriteria(draft).map(({ label }) => label)}
                    now={now}
                    zone={zone}
                  />
                )}
                <FromTable draft={draft} wrong={wrong} />
              </div>
              <HowItIsDecided draft={draft} />
            </form>
          </>
        )
        : (
          <Panel id="refused" title="Open a decision">
            <div class="pad stack">
              <p class="muted">{refused}</p>
              <p>
                <ButtonLink href="/decisions">All decisions</ButtonLink>
              </p>
            </div>
          </Panel>
        )}
    </Main>
  );
}

function Templates({ draft: { template, sessionId } }: { draft: Draft }) {
  const of = (id: string) => {
    const query = new URLSearchParams({
      ...(id && { template: id }),
      ...(sessionId && { sessionId }),
    });
    return query.size === 0 ? "/decisions/new" : `/decisions/new?${query}`;
  };
  const blank = { id: "", name: "Blank", help: "Name everything yourself." };
  return (
    <nav class="templates" aria-label="Start from">
      {[blank, ...DECISION_TEMPLATES].map(({ id, name, help }) => (
        <a
          key={id}
          href={of(id)}
          aria-current={id === template ? "true" : undefined}
        >
          <b>{name}</b>
          <small>{help}</small>
        </a>
      ))}
    </nav>
  );
}

/** What is to be decided, and what people should know first. */
export function Question({ draft, wrong }: { draft: Draft; wrong: Wrong }) {
  return (
    <Panel id="question" title="Question">
      <div class="pad form">
        <Field id="title" label="What is to be decided" wrong={wrong.title}>
          <input
            id="title"
            name="title"
            class="input"
            value={draft.title}
            required
            maxLength={200}
            autocomplete="off"
            placeholder="Which vendor do we take?"
            {...described("title", { wrong: wrong.title })}
          />
        </Field>
        <Field
          id="description"
          label="What people should know first"
          hint="Optional."
          wrong={wrong.description}
        >
          <textarea
            id="description"
            name="description"
            class="input"
            rows={2}
            maxLength={4000}
            {...described("description", {
              hint: true,
              wrong: wrong.description,
            })}
          >
            {draft.description}
          </textarea>
        </Field>
      </div>
    </Panel>
  );
}

function FromTable({ draft: { csv }, wrong }: { draft: Draft; wrong: Wrong }) {
  return (
    <details class="panel from-table" open={csv !== "" || "csv" in wrong}>
      <summary>Start from a spreadsheet (CSV)</summary>
      <div class="pad form">
        <Field
          id="csv"
          label="Paste it here"
          wrong={wrong.csv}
          hint="First row: the criteria, with unit and direction, as in Cost (EUR, cost). First column: the alternatives. Values become your own scores. Write 1234.5; between semicolons or tabs 1234,5 works too; no marks for thousands."
        >
          <textarea
            id="csv"
            name="csv"
            class="input mono"
            rows={5}
            spellcheck={false}
            placeholder={EXAMPLE}
            {...described("csv", { hint: true, wrong: wrong.csv })}
          >
            {csv}
          </textarea>
        </Field>
        <Field id="file" label="Or choose a file">
          <input
            id="file"
            name="file"
            type="file"
            class="input"
            accept=".csv,.tsv,.txt,text/csv"
          />
        </Field>
        <p>
          <Button type="submit" name="do" value="read" formNoValidate>
            Read the table
          </Button>
        </p>
      </div>
    </details>
  );
}
