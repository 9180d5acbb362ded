/** The form that changes an open decision: the rows it has, each with what taking it out would lose. */
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count } from "../../islands/format.ts";
import type { Wrong } from "./decision_draft.ts";
import type { Edit } from "./decision_edit_form.ts";
import { Question } from "./DecisionDraft.tsx";
import { AlternativeRows, CriterionRows } from "./DecisionDraftRows.tsx";
import { Main } from "./layout.tsx";

export interface DecisionEditProps {
  readonly decision: LiveDecision;
  readonly edit: Edit;
  /** Why its reader cannot change it. */
  readonly refused?: string;
  readonly messageId: string;
  readonly wrong?: Wrong;
  readonly message?: string;
  /** Name of the control to begin with. */
  readonly focus?: string;
}

export function DecisionEdit(props: DecisionEditProps) {
  const { decision, edit, refused, messageId, message } = props;
  const { wrong = {}, focus } = props;
  const back = `/decisions/${decision.decisionId}`;
  const { draft, was } = edit;
  if (refused !== undefined) {
    return (
      <Main>
        <Head title={decision.title} back={back} />
        <Panel id="refused" title="Edit the decision">
          <div class="pad stack">
            <p class="muted">{refused}</p>
            <p>
              <ButtonLink href={back}>Back to the decision</ButtonLink>
            </p>
          </div>
        </Panel>
      </Main>
    );
  }
  return (
    <Main>
      <Head title={decision.title} back={back} />
      <form method="post" action={`${back}/edit`} class="two draft">
        {/* Enter in a field presses a form's first button: it must not be "add". */}
        <button
          type="submit"
          name="do"
          value="save"
          class="visually-hidden"
          tabIndex={-1}
          aria-hidden="true"
        />
        <input type="hidden" name="messageId" value={messageId} />
        <input type="hidden" name="was" value={JSON.stringify(was)} />
        <div class="stack">
          {message && <Banner kind="bad">{message}</Banner>}
          <Question draft={draft} wrong={wrong} />
          <AlternativeRows
            draft={draft}
            wrong={wrong}
            focus={focus}
            under={(row) => (
              <Removal
                name={`alternative.${row}`}
                id={edit.alternativeIds[row] ?? ""}
                edit={edit}
                loss={lossOf(decision, {
                  alternative: edit.alternativeIds[row],
                })}
              />
            )}
          />
          <CriterionRows
            draft={draft}
            wrong={wrong}
            focus={focus}
            under={(row) => (
              <Removal
                name={`criterion.${row}`}
                id={edit.criterionIds[row] ?? ""}
                edit={edit}
                loss={lossOf(decision, { criterion: edit.criterionIds[row] })}
              />
            )}
          />
        </div>
        <div class="stack draft-rules">
          <Panel id="stays" title="What stays">
            <div class="pad form">
              <p>
                Scores stay with their row, whatever it is called. A new row
                waits for its scores, and the ranking with it.
              </p>
              <p class="muted">
                Method and how scores come together are changed on the
                decision's own page, weights there, too.
              </p>
            </div>
          </Panel>
          <div class="draft-end">
            <Button kind="primary" type="submit" name="do" value="save">
              Save
            </Button>
            <ButtonLink href={back}>Cancel</ButtonLink>
          </div>
        </div>
      </form>
    </Main>
  );
}

function Head({ title, back }: { title: string; back: string }) {
  return (
    <div class="intro">
      <h1>Edit the decision</h1>
      <p class="muted">
        <a href={back}>{title}</a>
      </p>
    </div>
  );
}

function Removal({ name, id, edit, loss }: {
  readonly name: string;
  /** Empty for a row that is new: emptied, it is left out. */
  readonly id: string;
  readonly edit: Edit;
  readonly loss: string;
}) {
  if (id === "") return null;
  return (
    <>
      <input type="hidden" name={`${name}.id`} value={id} />
      <label class="removal">
        <input
          type="checkbox"
          name={`${name}.remove`}
          checked={edit.removed.has(id)}
        />
        <small>Remove: {loss}</small>
      </label>
    </>
  );
}

/** What nobody counts any more once a row is gone. */
function lossOf(
  { sheets, revealed }: LiveDecision,
  { alternative, criterion }: {
    readonly alternative?: string;
    readonly criterion?: string;
  },
): string {
  const people = count(sheets.size, "person", "people");
  if (sheets.size === 0) return "nobody has scored yet";
  if (!revealed) {
    return `what ${people} may have scored here counts no more`;
  }
  const scores = [...sheets.values()].map(({ scores }) =>
    Object.entries(scores ?? {}).flatMap(([row, cells]) =>
      Object.entries(cells).filter(([column, value]) =>
        value !== null &&
        (row === alternative || column === criterion)
      )
    ).length
  );
  const total = scores.reduce((sum, one) => sum + one, 0);
  if (total === 0) return "nobody has scored it";
  const by = count(scores.filter((one) => one > 0).length, "person", "people");
  return `${count(total, "score", "scores")} by ${by} ${
    total === 1 ? "counts" : "count"
  } no more`;
}
