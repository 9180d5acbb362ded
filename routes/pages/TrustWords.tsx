/** How far a rule can be trusted, in one line beside its name. */
import { count } from "../../islands/format.ts";
import type { Trust } from "../../domain/learning/feedback.ts";

export function TrustWords(
  { trust: { mean, interval95, labels, tooFew } }: {
    readonly trust: Pick<Trust, "mean" | "interval95" | "labels" | "tooFew">;
  },
) {
  const [low, high] = interval95.map(percent);
  return (
    <span>
      Trust <b>{percent(mean)} %</b> ({low} – {high} %), {tooFew
        ? `too few: ${labels} of 10 labels`
        : count(labels, "label", "labels")}
    </span>
  );
}

function percent(share: number): number {
  return Math.round(share * 100);
}
