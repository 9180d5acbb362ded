/** A connection as a Preact hook: connects when the component appears, cleans up when it goes. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { createBrowserClient } from "./browser.ts";
import type { RealtimeClient } from "./client.ts";
import type { ConnectionView } from "./connection_state.ts";
import type { Incoming } from "./wire.ts";

export interface UseWebSocketOptions {
  /** Connects when the component appears. @default true */
  readonly autoConnect?: boolean;
  /** Subscribed to for as long as the component is there. */
  readonly channels?: readonly string[];
  /** Hears every message, each publication once and in order. */
  readonly onMessage?: (message: Incoming) => void;
  /** A client to use instead of an own one; it is then not closed by the hook. */
  readonly client?: RealtimeClient;
}

export interface WebSocketHandle extends
  Pick<
    RealtimeClient,
    | "connect"
    | "disconnect"
    | "send"
    | "subscribe"
    | "unsubscribe"
    | "broadcast"
    | "sendDirect"
    | "on"
    | "off"
  > {
  readonly isConnected: ReadonlySignal<boolean>;
  readonly isReconnecting: ReadonlySignal<boolean>;
  readonly connectionId: ReadonlySignal<string | undefined>;
  /** Median round trip, in ms; undefined until one was measured. */
  readonly latencyMs: ReadonlySignal<number | undefined>;
}

/**
 * @param userId Who the page was made for; tabs of one user share a socket and an outbox.
 * What is given as `channels` and `autoConnect` on the first render counts.
 */
export function useWebSocket(
  userId: string,
  options: UseWebSocketOptions = {},
): WebSocketHandle {
  const isConnected = useSignal(false);
  const isReconnecting = useSignal(false);
  const connectionId = useSignal<string | undefined>(undefined);
  const latencyMs = useSignal<number | undefined>(undefined);
  const onMessage = useRef(options.onMessage);
  onMessage.current = options.onMessage;
  const given = options.client;
  const held = useRef<RealtimeClient | undefined>(undefined);
  // Not while rendering: the server renders too, and has no socket to open.
  const use = () => held.current ??= given ?? createBrowserClient({ userId });

  useEffect(() => {
    const client = use();
    const { autoConnect = true, channels = [] } = options;
    const stopView = client.onView((view) => {
      isConnected.value = isUp(view);
      isReconnecting.value = view.state === "reconnecting";
      connectionId.value = view.connectionId;
      latencyMs.value = view.latency.medianMs;
    });
    const stopMessages = client.on(
      "message",
      (message) => onMessage.current?.(message),
    );
    for (const channel of channels) client.subscribe(channel);
    if (autoConnect) client.connect();
    return () => {
      stopView();
      stopMessages();
      for (const channel of channels) client.unsubscribe(channel);
      if (!given) client.close();
      held.current = undefined;
    };
  }, [userId, given]);

  return useMemo(() => ({
    isConnected,
    isReconnecting,
    connectionId,
    latencyMs,
    connect: () => use().connect(),
    disconnect: () => use().disconnect(),
    send: (message) => use().send(message),
    subscribe: (channel, given) => use().subscribe(channel, given),
    unsubscribe: (channel) => use().unsubscribe(channel),
    broadcast: (channel, payload, messageId) =>
      use().broadcast(channel, payload, messageId),
    sendDirect: (recipient, body, messageId) =>
      use().sendDirect(recipient, body, messageId),
    on: (name, listener) => use().on(name, listener),
    off: (name, listener) => use().off(name, listener),
  }), [userId, given]);
}

function isUp({ state }: ConnectionView): boolean {
  return state === "live" || state === "slow" || state === "catching_up";
}
