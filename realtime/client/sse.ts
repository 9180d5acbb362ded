/**
 * Event streams for as long as sockets are blocked, and the way back (P27): a socket that
 * speaks again takes over. These scripts come only when they are needed, so nothing here is
 * imported from what every page has.
 */
import type { ClientSocket, OpenSocket, SocketEvents } from "./link.ts";
import { Probes, type ProbesOptions, type Successor } from "./sse_probes.ts";
import { EventSocket } from "./sse_socket.ts";
import { Unanswered } from "./sse_unanswered.ts";

/** Answers that are on their way get this long before the socket takes over, in ms. */
export const QUIET_PATIENCE_MS = 2_000;
/** The stream stays this long beside its successor, so that nobody is seen to leave, in ms. */
export const OVERLAP_MS = 2_000;
/** A socket that nobody took by then is closed: the page wants no connection, in ms. */
const TAKEN_WITHIN_MS = 5_000;

const NORMAL = 1000;
const NETWORK_LOST = 1006;
/** The successor is there: no reason to wait. */
const AT_ONCE = '{"reconnectInMs":0}';

export interface EventStreamsOptions
  extends Omit<ProbesOptions, "url" | "protocol"> {
  /** Try sockets again: said before one is handed over, and when a stream never spoke. */
  readonly back: () => void;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

export function createEventStreams(options: EventStreamsOptions): OpenSocket {
  let ready: Successor | undefined;
  let cancel = () => {};
  const offer = (successor: Successor) => {
    ready = successor;
    cancel = options.clock.after(TAKEN_WITHIN_MS, () => {
      ready?.socket?.close(NORMAL, "");
      ready = undefined;
    });
  };
  return (url, protocol, events) => {
    const successor = ready;
    if (!successor) {
      return openStream({ ...options, url, protocol }, events, offer);
    }
    cancel();
    ready = undefined;
    options.back();
    return takeOver(successor, events);
  };
}

function takeOver(successor: Successor, events: SocketEvents): ClientSocket {
  // Later: a socket does not speak while it is being opened.
  queueMicrotask(() => successor.listen(events));
  return {
    send: (data) => successor.socket?.send(data),
    close: (code, reason) => successor.socket?.close(code, reason),
  };
}

/**
 * One stream, and the sockets that are tried while it lasts.
 *
 * @param offer Keeps a successor for whoever opens next.
 */
function openStream(
  options: EventStreamsOptions & ProbesOptions,
  events: SocketEvents,
  offer: (successor: Successor) => void,
): ClientSocket {
  const { url, clock } = options;
  const unanswered = new Unanswered();
  const probes = new Probes(options, (successor) => {
    const patience = { clock, patienceMs: QUIET_PATIENCE_MS };
    unanswered.whenNone(() => handOver(successor), patience);
  });
  let hasSpoken = false;
  let isOver = false;
  const over = () => {
    isOver = true;
    // Nor does this way lead anywhere: a wall for both, or the server was away.
    if (!hasSpoken) options.back();
    probes.stop();
    unanswered.stop();
  };
  const stream = new EventSocket({
    url,
    clock,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    events: {
      frame: (data) => {
        if (isOver) return;
        hasSpoken = true;
        probes.start();
        events.frame(data);
        unanswered.heard(data);
      },
      closed: (code, reason) => {
        if (isOver) return;
        over();
        events.closed(code, reason);
      },
    },
  });
  const handOver = (successor: Successor) => {
    // It died while answers were awaited: the stream goes on.
    if (successor.isOver) return probes.again();
    over();
    clock.after(OVERLAP_MS, () => stream.close());
    offer(successor);
    events.closed(NETWORK_LOST, AT_ONCE);
  };
  return {
    send: (data) => {
      if (isOver) return;
      unanswered.asked(data);
      stream.send(data);
    },
    close: () => {
      if (isOver) return;
      over();
      stream.close();
    },
  };
}
