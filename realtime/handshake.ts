/**
 * The handshake (P1, P2): everything is checked before 101, in a fixed order. The only
 * file that knows `Deno.upgradeWebSocket`.
 */
import {
  type Admission,
  type Admitted,
  type Identity,
  refuse,
} from "./admission.ts";
import { CLOSE, SUBPROTOCOL } from "./codes.ts";
import type { Connection } from "./connection.ts";
import type { HandshakeCounts } from "./handshake_counts.ts";
import type { Hub } from "./hub.ts";
import type { HubLimits } from "./hub_options.ts";
import { OpenEnds } from "./open_ends.ts";

export interface HandshakeOptions {
  readonly hub: Hub;
  readonly admission: Admission;
}

/** Answers upgrade requests; `remoteAddress` is the client's, behind a proxy the forwarded one. */
export interface Handshake {
  (request: Request, remoteAddress: string): Response | Promise<Response>;
  /** Resolves when every socket we closed has closed, or after `graceMs`: a listener that
   * stops before would put its own 1001 in front of our close codes (P20). */
  closed(graceMs: number): Promise<void>;
}

export function createHandshake(
  { hub, admission }: HandshakeOptions,
): Handshake {
  const { counts } = admission;
  const sockets = new OpenEnds<WebSocket>();

  const handshake = (request: Request, remoteAddress: string) => {
    const malformed = checkForm(request);
    if (malformed !== undefined) {
      counts.refuse("malformed");
      return malformed;
    }
    const answer = (admitted: Admitted | Response) => {
      if (admitted instanceof Response) return admitted;
      const { identity, release } = admitted;
      return upgrade(request, hub, identity, { release, sockets, counts });
    };
    const admitted = admission.admit(request, remoteAddress);
    return admitted instanceof Promise
      ? admitted.then(answer)
      : answer(admitted);
  };
  return Object.assign(handshake, {
    closed: (graceMs: number) => sockets.closed(graceMs),
  });
}

/** The form of the request: method, upgrade, version, key, sub-protocol (P1). */
function checkForm({ method, headers }: Request): Response | undefined {
  if (method !== "GET") {
    return refuse(405, "Cannot connect: use GET", { Allow: "GET" });
  }
  const isUpgrade = listed(headers.get("upgrade")).includes("websocket");
  if (!isUpgrade || headers.get("sec-websocket-version") !== "13") {
    return refuse(426, "Cannot connect: this is a WebSocket, version 13", {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Version": "13",
    });
  }
  if (!listed(headers.get("connection")).includes("upgrade")) {
    return refuse(400, "Cannot connect: Connection must be Upgrade");
  }
  // 16 bytes in base64: 22 characters and two of padding.
  const key = headers.get("sec-websocket-key") ?? "";
  if (!/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key)) {
    return refuse(400, "Cannot connect: Sec-WebSocket-Key must be 16 bytes");
  }
  const offered = headers.get("sec-websocket-protocol");
  if (offered !== null && !protocols(offered).includes(SUBPROTOCOL)) {
    return refuse(400, `Cannot connect: offer the sub-protocol ${SUBPROTOCOL}`);
  }
  return undefined;
}

function upgrade(
  request: Request,
  hub: Hub,
  { user, isCurrent }: Identity,
  { release, sockets, counts }: {
    release: () => void;
    sockets: OpenEnds<WebSocket>;
    counts: HandshakeCounts;
  },
): Response {
  const isOffered = request.headers.has("sec-websocket-protocol");
  let upgraded;
  try {
    // We keep our own heartbeat (P15): the runtime's would end what we still wait for.
    upgraded = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  } catch {
    release();
    counts.refuse("malformed");
    return refuse(400, "Cannot connect: this request cannot be upgraded");
  }
  const { socket, response } = upgraded;
  // Not the runtime's `protocol` option: that one misses ours in "regulens.v1,other",
  // because it splits the offer at comma and space only.
  if (isOffered) response.headers.set("Sec-WebSocket-Protocol", SUBPROTOCOL);
  sockets.add(socket);
  let connection: Connection | undefined;
  /** Messages that came before the connection was established. */
  let early: Early | undefined = new Early(hub.limits);
  let isGone = false;
  // The close event may come twice, or only after the hub has forgotten (P16).
  const gone = () => {
    isGone = true;
    sockets.delete(socket);
    release();
    if (connection !== undefined) hub.forget(connection);
  };
  const end = (code: number) => {
    early = undefined;
    socket.close(code);
    gone();
  };
  socket.onopen = () => {
    if (isCurrent?.() === false) return end(CLOSE.signedOut);
    counts.opened++;
    hub.connect(socket, user, release).then((established) => {
      connection = established;
      const waiting = early?.messages ?? [];
      early = undefined;
      if (established === undefined) return;
      for (const data of waiting) hub.receive(established, data);
      if (isGone) hub.forget(established);
    });
  };
  socket.onmessage = ({ data }) => {
    if (connection !== undefined) return hub.receive(connection, data);
    const code = early?.take(data);
    if (code !== undefined) end(code);
  };
  socket.onclose = gone;
  socket.onerror = gone;
  return response;
}

/** What a client says before it is greeted: kept in order, within the limits that hold later. */
class Early {
  readonly messages: unknown[] = [];
  #size = 0;

  constructor(
    readonly limits: Pick<
      HubLimits,
      "maxMessageBytes" | "maxBufferedBytes" | "maxPendingRequests"
    >,
  ) {}

  /** Keeps a message; otherwise the code to close with. */
  take(data: unknown): number | undefined {
    if (typeof data !== "string") return CLOSE.unsupportedData;
    const { maxMessageBytes, maxBufferedBytes, maxPendingRequests } =
      this.limits;
    if (data.length > maxMessageBytes) return CLOSE.tooBig;
    this.#size += data.length;
    const isFull = this.#size > maxBufferedBytes ||
      this.messages.length >= maxPendingRequests;
    if (isFull) return CLOSE.rateLimited;
    this.messages.push(data);
  }
}

function listed(header: string | null): readonly string[] {
  return (header ?? "").split(",").map((part) => part.trim().toLowerCase());
}

function protocols(header: string): readonly string[] {
  return header.split(",").map((part) => part.trim());
}
