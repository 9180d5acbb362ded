/** The decisions of a session, for its room: each with who leads and the way to it. */
import type { ReadonlySignal } from "@preact/signals";
import { Badge } from "./components/Badge.tsx";
import { EmptyState } from "./components/EmptyState.tsx";
import { Panel } from "./components/Panel.tsx";
import { type DecisionSummary, summaryWords } from "./decision_panel.ts";

export interface DecisionPanelProps {
  /** Newest first. */
  readonly decisions: ReadonlySignal<readonly DecisionSummary[]>;
  readonly sessionId: string;
  /** Whether the reader may open one. */
  readonly mayOpen: boolean;
}

export function DecisionPanel(
  { decisions, sessionId, mayOpen }: DecisionPanelProps,
) {
  const list = decisions.value;
  const open = list.filter(({ status }) => status === "open").length;
  const newPath = `/decisions/new?sessionId=${encodeURIComponent(sessionId)}`;
  return (
    <Panel id="decisions" title="Decisions" end={`${open} open`}>
      {list.length === 0
        ? (
          <EmptyState
            title="No decision yet"
            text="Alternatives weighed by criteria, scored by everyone here."
            action={mayOpen && <a href={newPath}>Open a decision</a>}
          />
        )
        : (
          <>
            <ul class="decision-list">
              {list.map((one) => (
                <li key={one.decisionId}>
                  <a href={`/decisions/${one.decisionId}`}>{one.title}</a>
                  <Badge status={one.status} />
                  <span class="muted">{summaryWords(one)}</span>
                </li>
              ))}
            </ul>
            {mayOpen && (
              <footer>
                <a href={newPath}>Open another decision</a>
              </footer>
            )}
          </>
        )}
    </Panel>
  );
}
