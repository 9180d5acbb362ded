/** Below a closed decision: whether it was right, which shows only later. */
import { Panel } from "../../islands/components/Panel.tsx";
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import type { SessionState } from "../../domain/sessions/session.ts";
import { count } from "../../islands/format.ts";
import type { User } from "../../realtime/user.ts";
import type { Learned } from "../learning_reading.ts";
import { type Asked, asked } from "./asked.ts";
import type { LearningPageParts } from "./learning.tsx";
import { WasItRight } from "./WasItRight.tsx";

export interface DecisionOutcome {
  readonly asked: Asked;
  /** Undefined while nobody has said anything. */
  readonly learned: Learned | undefined;
}

/** Undefined while it is open: then there is nothing to be right yet. */
export async function decisionOutcome(
  learning: Pick<LearningPageParts, "reading"> | undefined,
  decision: LiveDecision,
  { user, session }: {
    readonly user: User;
    /** Undefined for a decision of the house. */
    readonly session: SessionState | undefined;
  },
): Promise<DecisionOutcome | undefined> {
  if (learning === undefined || decision.status !== "closed") return undefined;
  if (session?.status === "none") return undefined;
  const { reading } = learning;
  const { decisionId: id } = decision;
  const subject = { kind: "decision", id, evaluationId: null } as const;
  return {
    learned: await reading.of("decision", id),
    asked: await asked({ reading, user }, {
      subject,
      session,
      from: "decision",
    }),
  };
}

export function DecisionOutcomePanel(
  { outcome: { asked, learned }, title, messageId }: {
    readonly outcome: DecisionOutcome;
    readonly title: string;
    readonly messageId: string;
  },
) {
  return (
    <Panel
      id="outcome"
      title="How it came out"
      end={learned &&
        `${
          count(learned.correct, "person says", "people say")
        } right, ${learned.incorrect} wrong`}
    >
      <div class="pad">
        <p class="muted">
          Say so once it shows. Weights are learned from decisions that people
          do not call wrong.
        </p>
        <WasItRight asked={asked} name={title} messageId={messageId} />
      </div>
    </Panel>
  );
}
