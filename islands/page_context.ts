/** What the starting script hands to each island. */
import type { RealtimeClient } from "../realtime/client/client.ts";

export interface PageContext {
  readonly client: RealtimeClient;
}

/** An island's script: makes what the server has rendered in `root` live. */
export interface IslandModule {
  mount(root: Element, context: PageContext): void | Promise<void>;
}

/**
 * Reads the state a page carries for an island. It is our own server's, made by the same
 * build (a page of another build is loaded again), so its shape is taken as promised.
 */
export function readState<State>(name: string, page: Document): State {
  const text = page.getElementById(`state-${name}`)?.textContent;
  if (!text) throw new Error(`Cannot start ${name}: the page carries no state`);
  return JSON.parse(text);
}
