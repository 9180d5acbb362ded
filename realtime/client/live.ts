/** A server-rendered state that goes on living: a signal fed by its channel (P24). */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { RealtimeClient } from "./client.ts";
import type { ClientPosition, NamedPosition, Publication } from "./wire.ts";

export interface LiveState<State> {
  readonly state: ReadonlySignal<State>;
  /** Where `state` stands in the channel. */
  readonly position: ReadonlySignal<ClientPosition>;
  /** True while what is shown no longer continues and a fresh state is on its way. */
  readonly stale: ReadonlySignal<boolean>;
  /** Follows the channel from the position the state was read at. Hands back the stop. */
  start(client: Pick<RealtimeClient, "follow">): () => void;
}

/** A state as the server has it now, and where it was read. */
export interface Snapshot<State> {
  readonly state: State;
  readonly position: ClientPosition;
}

export interface LiveOptions<State> {
  /**
   * Reads the state from the server again; undefined when the whole page reloads instead.
   * Called when history was lost and when an event is not known: this tab may be older
   * than the server.
   */
  readonly reload: () => Promise<Snapshot<State> | undefined>;
  /** The channel cannot be read any more: the code says why (P7). */
  readonly refused?: (code: string) => void;
}

/**
 * @param initial The state the server rendered.
 * @param position Where it was read.
 * @param evolve The next state, or undefined for an event or version it does not know.
 */
export function createLiveState<State>(
  channel: string,
  initial: State,
  position: ClientPosition | NamedPosition,
  evolve: (state: State, publication: Publication) => State | undefined,
  options: LiveOptions<State>,
): LiveState<State> {
  const state = signal(initial);
  const { epoch, offset, hash } = position;
  const at = signal<ClientPosition>(
    hash === undefined ? { epoch, offset } : { epoch, offset, hash },
  );
  const stale = signal(false);

  const start = (client: Pick<RealtimeClient, "follow">) => {
    let stopped = false;
    const renew = async () => {
      if (stale.peek()) return;
      stale.value = true;
      const fresh = await options.reload().catch(() => undefined);
      if (!fresh || stopped) return;
      state.value = fresh.state;
      at.value = fresh.position;
      stale.value = false;
      subscription.resume(fresh.position);
    };
    const subscription = client.follow(channel, {
      publication: (publication) => {
        // What comes after an event that was not applied cannot be applied either.
        if (stale.peek()) return;
        const next = evolve(state.peek(), publication);
        if (next === undefined) return void renew();
        const { offset, hash } = publication;
        const { epoch } = at.peek();
        state.value = next;
        at.value = hash === undefined
          ? { epoch, offset }
          : { epoch, offset, hash };
      },
      reset: () => void renew(),
      refused: (code) => options.refused?.(code),
    }, at.peek());
    return () => {
      stopped = true;
      subscription.stop();
    };
  };
  return { state, position: at, stale, start };
}
