/** Beside the matrix: the ranking and the weights. */
import { DecisionRanking } from "./DecisionRanking.tsx";
import { DecisionWeights } from "./DecisionWeights.tsx";
import type { DecisionModel } from "./decision_model.ts";

export function DecisionAside({ model }: { readonly model: DecisionModel }) {
  return (
    <div class="stack aside">
      <DecisionRanking model={model} />
      <DecisionWeights model={model} />
    </div>
  );
}
