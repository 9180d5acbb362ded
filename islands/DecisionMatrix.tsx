/** A decision that people make together, live: matrix, weights, ranking. Complete as plain HTML. */
import { hydrate } from "preact";
import { type AsideProps, DecisionAside, RANKING } from "./DecisionAside.tsx";
import { DecisionSheet } from "./DecisionSheet.tsx";
import { goLive } from "./decision_live.ts";
import { readPageAgain } from "./decision_page.ts";
import { createDecision } from "./decision_model.ts";
import type { DecisionPageState } from "./decision_state.ts";
import { readerZone } from "./format.ts";
import { type PageContext, readState } from "./page_context.ts";

export const ISLAND = "DecisionMatrix";
/** Elements in which the rest of the page stands: its script comes once something moves. */
export const HEAD = "decision-head";
export const REST = "decision-rest";

export function DecisionMatrix(props: AsideProps) {
  return (
    <>
      <DecisionSheet model={props.model} />
      <DecisionAside {...props} />
    </>
  );
}

export function mount(root: Element, { client }: PageContext): void {
  const state = readState<DecisionPageState>(ISLAND, document);
  const model = createDecision(state);
  const kept = document.getElementById(RANKING)?.innerHTML;
  hydrate(<DecisionMatrix model={model} kept={kept} />, root);
  model.zone.value = readerZone();
  const [head, ranking, rest] = [HEAD, RANKING, REST]
    .map((id) => document.getElementById(id));
  goLive(model, {
    client,
    reload: () => readPageAgain(ISLAND, state.build),
    load: async () => {
      const script = await import("./DecisionRest.tsx");
      if (head) script.mountHead(head, model);
      if (ranking) script.mountRanking(ranking, model);
      if (rest) script.mountRest(rest, model);
      script.openGrid(model, root);
      return script;
    },
  });
  for (const part of [head, ranking, rest]) {
    for (const event of ["pointerover", "focusin"]) {
      part?.addEventListener(event, () => model.prepare.peek()?.());
    }
  }
}
