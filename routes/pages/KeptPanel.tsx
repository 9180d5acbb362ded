/** Where something stands in the record of its session, so that anyone can find and check it there. */
import { Panel } from "../../islands/components/Panel.tsx";
import type { KeptAt } from "./kept_entry.ts";

export function KeptPanel(
  { sessionId, kept: { offset, hash } }: {
    readonly sessionId: string;
    readonly kept: KeptAt;
  },
) {
  return (
    <Panel id="kept" title="In the record">
      <div class="pad form">
        <dl class="pairs">
          <dt>Entry</dt>
          <dd>
            <a href={`/sessions/${sessionId}?at=${offset}`}>{offset}</a>
          </dd>
          <dt>Channel</dt>
          <dd class="mono">session:{sessionId}</dd>
          <dt>Chain</dt>
          <dd class="mono">{hash.slice(0, 12)}</dd>
        </dl>
        <p class="muted">
          Kept as it was then: nothing that changes later changes it.
        </p>
      </div>
    </Panel>
  );
}
