/** Accepted weights that fit the criteria at hand: what they are, on what they rest, a button to take them. */
import { Button } from "../../islands/components/Button.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Fitting } from "../../domain/learning/learned_weights.ts";
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import { sharesOf } from "../../islands/decision_weights.ts";
import { formatShare } from "../../islands/decision_words.ts";
import { count, type Zone } from "../../islands/format.ts";

interface When {
  readonly now: number;
  readonly zone: Zone;
}

/** In the form of a decision that is not opened yet: its button is one of that form. */
export function LearnedWeightsOffer(
  { fitting, labels, ...when }: When & {
    readonly fitting: Fitting;
    /** Of the criteria, in their order. */
    readonly labels: readonly string[];
  },
) {
  return (
    <div class="learned-weights">
      <Words fitting={fitting} labels={labels} {...when} />
      <Button small type="submit" name="do" value="learned" formNoValidate>
        Take the learned weights
      </Button>
    </div>
  );
}

/** Below an open decision, for those who may weigh. Nothing where the weights are these already. */
export function LearnedWeightsPanel(
  { fitting, decision, messageId, ...when }: When & {
    readonly fitting: Fitting;
    readonly decision: Pick<LiveDecision, "decisionId" | "criteria">;
    readonly messageId: string;
  },
) {
  const { decisionId, criteria } = decision;
  const used = sharesOf(criteria.map(({ weight }) => weight));
  const isTaken = fitting.weights.every((weight, index) =>
    formatShare(weight) === formatShare(used[index])
  );
  if (isTaken) return null;
  return (
    <Panel id="learned-weights" title="Learned weights">
      <form
        method="post"
        action={`/decisions/${decisionId}/weights`}
        class="pad learned-weights"
      >
        <input
          type="hidden"
          name="messageId"
          value={`${messageId}.learned`}
        />
        {criteria.map(({ id }, index) => (
          <input
            key={id}
            type="hidden"
            name={`weight.${id}`}
            value={percentText(fitting.weights[index])}
          />
        ))}
        <Words
          fitting={fitting}
          labels={criteria.map(({ label }) => label)}
          {...when}
        />
        <Button type="submit">Take the learned weights</Button>
      </form>
    </Panel>
  );
}

function Words(
  { fitting: { learned, weights }, labels, now, zone }: When & {
    readonly fitting: Fitting;
    readonly labels: readonly string[];
  },
) {
  const { outcomes, acceptedBy, acceptedAt } = learned;
  return (
    <p>
      {labels.map((label, index) => (
        <span key={label} class="learned-weight">
          {label} <b>{formatShare(weights[index])} %</b>
        </span>
      ))}
      <span class="muted">
        Learned from {count(outcomes, "outcome", "outcomes")}, accepted by{" "}
        {acceptedBy.name} <Time at={acceptedAt} now={now} zone={zone} />
      </span>
    </p>
  );
}

/** Percent as a form sends it: with the digits that the share has, and none of the float's. */
export function percentText(share: number): string {
  return String(Number((share * 100).toPrecision(9)));
}
