/**
 * Where sockets are blocked: server-sent events one way and POSTs the other (P25–P27).
 * A transport and nothing more: messages, positions, limits and close codes are the hub's.
 */
import { type Admission, type Admitted, refuse } from "./admission.ts";
import { CLOSE } from "./codes.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import { OpenEnds } from "./open_ends.ts";
import { Awake } from "./sse_awake.ts";
import { openToPages } from "./sse_cors.ts";
import { EventEncoder } from "./sse_event.ts";
import { answerPost } from "./sse_post.ts";
import { Posts } from "./sse_posts.ts";
import { EventStream } from "./sse_stream.ts";
import type { After } from "./timer.ts";

export interface EventStreamsOptions {
  readonly hub: Hub;
  readonly admission: Admission;
  /** Turns the time of what keeps streams awake. @default the platform's timer */
  readonly after?: After;
}

/** Answers `/sse` and what is below it. */
export interface EventStreams {
  (request: Request, remoteAddress: string): Response | Promise<Response>;
  /** Resolves when every stream we closed has been read to its end, or after `graceMs`. */
  closed(graceMs: number): Promise<void>;
}

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  // What nginx and others look at: pass on at once, do not gather.
  "X-Accel-Buffering": "no",
  "X-Content-Type-Options": "nosniff",
};

export function createEventStreams(
  { hub, admission, after }: EventStreamsOptions,
): EventStreams {
  const encoder = new EventEncoder();
  const streams = new OpenEnds<EventStream>();
  const awake = new Awake(after);
  /** By connection id, for as long as the hub knows the connection. */
  const posts = new Map<string, { userId: string; posts: Posts }>();

  const open = (request: Request, remoteAddress: string) => {
    if (request.method !== "GET") {
      admission.counts.refuse("malformed");
      return refuse(405, "Cannot connect: use GET", { Allow: "GET" });
    }
    const admitted = admission.admit(request, remoteAddress);
    return admitted instanceof Promise ? admitted.then(begin) : begin(admitted);
  };

  const begin = (admitted: Admitted | Response) => {
    if (admitted instanceof Response) return admitted;
    const { identity: { user }, release } = admitted;
    const connectionId = crypto.randomUUID();
    const secret = newSecret();
    const inbox = new Posts(secret);
    let connection: Connection | undefined;
    let isGone = false;
    const forgotten = () => {
      posts.delete(connectionId);
      release();
    };
    const stream = new EventStream({
      connectionId,
      secret,
      encoder,
      ended: () => {
        isGone = true;
        streams.delete(stream);
        awake.delete(stream);
        forgotten();
        if (connection !== undefined) hub.forget(connection);
      },
    });
    streams.add(stream);
    awake.add(stream);
    posts.set(connectionId, { userId: user.userId, posts: inbox });
    admission.counts.opened++;
    hub.connect(stream, user, forgotten).then((established) => {
      connection = established;
      if (established === undefined) return;
      if (isGone) return hub.forget(established);
      inbox.start((frame) => hub.receive(established, frame));
    });
    return new Response(stream.body, { headers: HEADERS });
  };

  const answer = (request: Request, remoteAddress: string) => {
    const connectionId = new URL(request.url).pathname.slice("/sse/".length);
    if (connectionId === "") return open(request, remoteAddress);
    const found = posts.get(connectionId);
    return answerPost(request, {
      admission,
      maxBytes: hub.limits.maxMessageBytes,
      found,
      tooBig: () => hub.disconnect(connectionId, CLOSE.tooBig),
    });
  };
  const handle = (request: Request, remoteAddress: string) =>
    openToPages(request, admission, () => answer(request, remoteAddress));
  return Object.assign(handle, {
    closed: (graceMs: number) => streams.closed(graceMs),
  });
}

/** 256 bits that nobody guesses. */
function newSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({
    alphabet: "base64url",
  });
}
