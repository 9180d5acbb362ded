/** The traces of a kept evaluation, each read out by arrow keys and pointer. */
import { hydrate } from "preact";
import type { TraceNode } from "../domain/rules/cel_trace.ts";
import { readState } from "./page_context.ts";
import { RuleTrace } from "./RuleTrace.tsx";

export interface RuleTracesState {
  /** By the id of the element that the server has rendered each into. */
  readonly traces: Readonly<
    Record<string, { readonly source: string; readonly trace: TraceNode }>
  >;
}

export function mount(root: Element): void {
  const { traces } = readState<RuleTracesState>("RuleTraces", document);
  for (const [id, { source, trace }] of Object.entries(traces)) {
    const place = root.querySelector(`#${CSS.escape(id)}`);
    if (place) {
      hydrate(<RuleTrace id={id} source={source} trace={trace} />, place);
    }
  }
}
