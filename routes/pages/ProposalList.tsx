/** Weights that closed decisions speak for: before, after, on what they rest, and who settles them. */
import { Badge } from "../../islands/components/Badge.tsx";
import { Button } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { count, type Zone } from "../../islands/format.ts";
import type { User } from "../../realtime/user.ts";
import type { LearningPage, ShownProposal } from "./learning_list.ts";

export interface ProposalListProps {
  readonly proposals: readonly ShownProposal[];
  readonly user: User;
  readonly fourEyes: boolean;
  readonly maySettle: boolean;
  readonly messageId: string;
  readonly now: number;
  readonly zone: Zone;
}

const STATUS = {
  open: { status: "pending", word: "Open" },
  accepted: { status: "approved", word: "Accepted" },
  rejected: { status: "rejected", word: "Rejected" },
} as const;

export function ProposalList(props: ProposalListProps) {
  if (props.proposals.length === 0) {
    return (
      <EmptyState
        title="No proposals"
        text="Closed decisions say how criteria were really weighed. From three on, a facilitator proposes weights from them; somebody else accepts or rejects."
      />
    );
  }
  return (
    <ol class="proposals">
      {props.proposals.map((proposal) => (
        <Proposal key={proposal.proposalId} {...props} proposal={proposal} />
      ))}
    </ol>
  );
}

function Proposal(
  props: ProposalListProps & { readonly proposal: ShownProposal },
) {
  const { proposal, now, zone } = props;
  const { status, word } = STATUS[proposal.status];
  const { weights, evidence, proposedBy, proposedAt } = proposal;
  return (
    <li>
      <p class="head">
        <Badge status={status}>{word}</Badge>
        <span class="muted">
          proposed by {proposedBy.name},{" "}
          <Time at={proposedAt} now={now} zone={zone} />
        </span>
      </p>
      <table class="table">
        <caption class="visually-hidden">Weights before and after</caption>
        <thead>
          <tr>
            <th scope="col">Criterion</th>
            <th scope="col" class="num">Used</th>
            <th scope="col" class="num">Proposed</th>
          </tr>
        </thead>
        <tbody>
          {weights.map(({ id, label, before, after }) => (
            <tr key={id}>
              <td class="name">{label}</td>
              <td class="num">{percent(before)}</td>
              <td class="num">
                <b>{percent(after)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">
        Rests on {count(
          evidence.decisionIds.length,
          "closed decision",
          "closed decisions",
        )}, {evidence.counted}{" "}
        of them counted. With the weights that were used a choice like theirs is
        {" "}
        {likely(evidence.before)} likely, with these {likely(evidence.after)}.
      </p>
      <Settling {...props} />
    </li>
  );
}

function Settling(
  { proposal, user, fourEyes, maySettle, messageId, now, zone }:
    & ProposalListProps
    & { readonly proposal: ShownProposal },
) {
  const { proposalId, status, settledBy, settledAt, reason } = proposal;
  if (status !== "open") {
    return (
      <p>
        {status === "accepted" ? "Accepted by " : "Rejected by "}
        {settledBy?.name ?? "somebody"}
        {settledAt !== null && (
          <>
            , <Time at={settledAt} now={now} zone={zone} />
          </>
        )}
        {reason && `: ${reason}`}
      </p>
    );
  }
  if (!maySettle) {
    return <p class="muted">A facilitator accepts or rejects it.</p>;
  }
  if (fourEyes && proposal.proposedBy.userId === user.userId) {
    return <p>You made this proposal; someone else must settle it.</p>;
  }
  if (fourEyes && proposal.evidence.restsOn.includes(user.userId)) {
    return <p>It rests on your feedback; someone else must settle it.</p>;
  }
  const id = `reason-${proposalId}`;
  return (
    <form method="post" action="/learning/settle" class="form">
      <input type="hidden" name="proposalId" value={proposalId} />
      <input
        type="hidden"
        name="messageId"
        value={`${messageId}:${proposalId}`}
      />
      <Field id={id} label="Reason (optional)">
        <input id={id} name="reason" class="input" maxLength={1000} />
      </Field>
      <div class="row-form">
        <Button kind="primary" type="submit" name="settle" value="accept">
          Accept
        </Button>
        <Button type="submit" name="settle" value="reject">Reject</Button>
      </div>
    </form>
  );
}

/** Facilitators propose; which decisions count is for the calculation to say. */
export function ProposeForm(
  { decisions, messageId }: {
    readonly decisions: LearningPage["offered"]["decisions"];
    readonly messageId: string;
  },
) {
  return (
    <Panel id="propose" title="Propose weights from decisions">
      {decisions.length < 3
        ? (
          <EmptyState
            title="Too few closed decisions"
            text={`It takes three that have the same criteria and chose something; there ${
              decisions.length === 1 ? "is" : "are"
            } ${decisions.length} so far.`}
            action={<a class="button" href="/decisions">See the decisions</a>}
          />
        )
        : (
          <form method="post" action="/learning/propose" class="form pad">
            <input
              type="hidden"
              name="messageId"
              value={`${messageId}:propose`}
            />
            <fieldset class="field">
              <legend>Closed decisions with the same criteria</legend>
              <div class="choices">
                {decisions.slice(0, 50).map(({ decisionId, title, chosen }) => (
                  <label key={decisionId}>
                    <input
                      type="checkbox"
                      name="decisionId"
                      value={decisionId}
                    />
                    <span>
                      {title}
                      <small>Chose {chosen}</small>
                    </span>
                  </label>
                ))}
              </div>
            </fieldset>
            <Button type="submit">Propose weights</Button>
          </form>
        )}
    </Panel>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** From the mean log likelihood of a choice. */
function likely(logLikelihood: number): string {
  return `${Math.round(Math.exp(logLikelihood) * 100)} %`;
}
