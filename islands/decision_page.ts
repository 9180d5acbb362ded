/** Asks the server again: for the page with its state, and for the decision over HTTP. */
import { isRecord } from "../realtime/client/wire.ts";
import type { DecisionPageState } from "./decision_state.ts";
import { readState } from "./page_context.ts";

/** The decision as HTTP shows it to the reader, with the stored analysis and their own scores. */
export async function decisionOverHttp(decisionId: string): Promise<unknown> {
  const response = await fetch(
    `/api/v1/decisions/${encodeURIComponent(decisionId)}`,
    { cache: "no-store" },
  );
  if (!response.ok) throw new Error(`Answered ${response.status}`);
  const body: unknown = await response.json();
  return isRecord(body) ? body.decision : undefined;
}

/**
 * Reads the page again and takes the state it carries. A page of another build needs that
 * build's scripts, so it is loaded whole.
 */
export async function readPageAgain(
  island: string,
  build: string,
): Promise<DecisionPageState | undefined> {
  const response = await fetch(location.href, { cache: "no-store" });
  if (response.redirected || !response.ok) {
    location.reload();
    return undefined;
  }
  const page = new DOMParser().parseFromString(
    await response.text(),
    "text/html",
  );
  const state = readState<DecisionPageState>(island, page);
  if (state.build === build) return state;
  location.reload();
  return undefined;
}
