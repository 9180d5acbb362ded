/** The head of a decision: what is decided, how it stands, what was chosen. */
import { Badge } from "./components/Badge.tsx";
import { Banner } from "./components/Banner.tsx";
import { Button, ButtonLink } from "./components/Button.tsx";
import { Time } from "./components/Time.tsx";
import type { DecisionModel } from "./decision_model.ts";
import { METHOD_NAMES } from "./decision_words.ts";

export function DecisionHead({ model }: { readonly model: DecisionModel }) {
  const decision = model.decision.value;
  const { decisionId, sessionId, title, description, status } = decision;
  const now = model.readAt;
  const zone = model.zone.value;
  return (
    <div class="stack head">
      <div class="intro">
        <h1>{title}</h1>
        <Badge status={status} />
        {decision.blind && (
          <Badge status="pending">
            {decision.revealed ? "Was blind, now revealed" : "Blind"}
          </Badge>
        )}
        <div class="end">
          {status === "open" && model.rights.value.shape && (
            <ButtonLink href={`/decisions/${decisionId}/edit`}>Edit</ButtonLink>
          )}
          <ButtonLink href={`/decisions/${decisionId}/export.csv`}>
            Export as CSV
          </ButtonLink>
        </div>
        {description && <p class="lead">{description}</p>}
        <p class="facts">
          <span>
            Opened by <b>{decision.openedByName}</b>{" "}
            <Time at={decision.openedAt} now={now} zone={zone} />
          </span>
          <span>
            Method <b>{METHOD_NAMES[decision.method]}</b>
          </span>
          <span>
            Scores together by <b>{decision.aggregation}</b>
          </span>
          {sessionId && (
            <span>
              In <a href={`/sessions/${sessionId}`}>its session</a>
            </span>
          )}
        </p>
      </div>
      <p class="visually-hidden" role="status">{model.says.value}</p>
      {status === "closed" && <Closed model={model} />}
    </div>
  );
}

function Closed({ model }: { readonly model: DecisionModel }) {
  const { alternatives, chosen, reason, closedAt } = model.decision.value;
  const label = alternatives.find(({ id }) => id === chosen)?.label;
  const ready = model.figures.value.state === "ready";
  return (
    <>
      <Banner kind={label ? "ok" : "info"}>
        {label
          ? (
            <>
              Chosen: <b>{label}</b>
            </>
          )
          : "Closed without a choice"}
        {closedAt !== null && (
          <>
            {", "}
            <Time at={closedAt} now={model.readAt} zone={model.zone.value} />
          </>
        )}
        {reason ? `. ${reason}` : "."}
      </Banner>
      {ready && (
        <div class="again live-only">
          <Button
            onClick={() => model.actions.peek()?.computeAgain()}
          >
            Compute again
          </Button>
          <span role="status">
            {model.again.value ||
              "The analysis is shown as it was stored. Computing it again from the stored input shows whether every bit is the same."}
          </span>
        </div>
      )}
    </>
  );
}
