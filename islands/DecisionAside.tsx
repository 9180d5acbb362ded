/** Beside the matrix: the ranking and the weights. */
import type { ComponentChild } from "preact";
import { DecisionWeights } from "./DecisionWeights.tsx";
import type { DecisionModel } from "./decision_model.ts";

export interface AsideProps {
  readonly model: DecisionModel;
  /** Rendered by the server; in the browser it stays as it is until its script has come. */
  readonly ranking?: ComponentChild;
  /** What the server has rendered. */
  readonly kept?: string;
}

/** Of the element in which the ranking stands: it changes only once all methods are there. */
export const RANKING = "decision-ranking";

export function DecisionAside({ model, ranking, kept = "" }: AsideProps) {
  return (
    <div class="stack aside">
      {ranking
        ? <div id={RANKING}>{ranking}</div>
        // Not looked into while it is taken over, nor ever after: it is a root of its own.
        : <div id={RANKING} dangerouslySetInnerHTML={{ __html: kept }} />}
      <DecisionWeights model={model} />
    </div>
  );
}
