/**
 * The rest of a decision's page, with all methods: what could change the ranking, and how it
 * is decided. A script of its own: pages fetch it once something moves or is looked at.
 */
import { type ComponentChild, hydrate, render } from "preact";
import { DecisionHead } from "./DecisionHead.tsx";
import { DecisionLead, type LeadForm, leadFormNamed } from "./DecisionLead.tsx";
import { DecisionRanking } from "./DecisionRanking.tsx";
import { DecisionViews, type ViewName, viewNamed } from "./DecisionViews.tsx";
import type { Smaa } from "./decision_stability.ts";
import type { DecisionModel } from "./decision_model.ts";

export { createActions } from "./decision_acts.ts";
export { figuresOf } from "./decision_engine.ts";
export { openGrid } from "./decision_grid.ts";

export interface RestProps {
  readonly model: DecisionModel;
  readonly view: ViewName | undefined;
  readonly form: LeadForm | undefined;
  /** Rank stability, where the server has computed it. */
  readonly smaa?: Smaa;
}

export function DecisionRest({ model, view, form, smaa }: RestProps) {
  return (
    <>
      <DecisionViews model={model} first={view} smaa={smaa} />
      <DecisionLead model={model} first={form} />
    </>
  );
}

export function mountHead(root: Element, model: DecisionModel): void {
  show(<DecisionHead model={model} />, root, model);
}

export function mountRanking(root: Element, model: DecisionModel): void {
  show(<DecisionRanking model={model} />, root, model);
}

/** What is shown of it stands in the element, as the server has rendered it. */
export function mountRest(root: HTMLElement, model: DecisionModel): void {
  const view = viewNamed(root.dataset.view);
  const form = leadFormNamed(root.dataset.form);
  const smaa = root.dataset.smaa ? JSON.parse(root.dataset.smaa) : undefined;
  const rest = (
    <DecisionRest model={model} view={view} form={form} smaa={smaa} />
  );
  show(rest, root, model);
}

/** Only what is still as the server has rendered it can be taken over. */
function show(
  node: ComponentChild,
  root: Element,
  { position, readOffset }: DecisionModel,
): void {
  if (position.peek().offset === readOffset) return hydrate(node, root);
  root.replaceChildren();
  render(node, root);
}
