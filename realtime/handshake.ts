/**
 * The handshake (P1, P2): everything is checked before 101, in a fixed order. The only
 * file that knows `Deno.upgradeWebSocket`.
 */
import { CLOSE, SUBPROTOCOL } from "./codes.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import type { HubLimits } from "./hub_options.ts";
import { isOwnOrigin, type OriginRule } from "./origin.ts";
import type { User } from "./user.ts";

/** Who asks, and what happens when the handshake succeeds (a ticket is spent then). */
export interface Identity {
  readonly user: User;
  /** False when somebody else was faster with a single-use ticket. */
  readonly consume?: () => boolean;
  /** False once the sign-in has ended: that may be between our 101 and the open socket. */
  readonly isCurrent?: () => boolean;
}

export interface HandshakeOptions {
  readonly hub: Hub;
  readonly identify: (request: Request) => Identity | undefined;
  readonly origin: OriginRule;
  readonly enabled: boolean;
  readonly maxConnections: number;
  readonly maxConnectionsPerUser: number;
  readonly maxConnectionsPerAddress: number;
}

/** Seconds after which somebody turned away for lack of room should try again. */
const RETRY_AFTER_S = 5;

/** Answers upgrade requests; `remoteAddress` is the client's, behind a proxy the forwarded one. */
export interface Handshake {
  (request: Request, remoteAddress: string): Response;
  /** Resolves when every socket we closed has closed, or after `graceMs`: a listener that
   * stops before would put its own 1001 in front of our close codes (P20). */
  closed(graceMs: number): Promise<void>;
}

export function createHandshake(options: HandshakeOptions): Handshake {
  const { hub, identify } = options;
  const held = new Held();
  const sockets = new OpenSockets();

  const handshake = (request: Request, remoteAddress: string) => {
    const malformed = checkForm(request);
    if (malformed !== undefined) return malformed;
    const identity = identify(request);
    if (identity === undefined) {
      return refuse(401, "Cannot connect: sign in first", {
        "WWW-Authenticate": "Bearer",
      });
    }
    const { user } = identity;
    const origin = request.headers.get("origin");
    if (
      origin !== null && !isOwnOrigin(origin, request.headers, options.origin)
    ) {
      return refuse(403, "Cannot connect from this origin");
    }
    const full = noRoom(options, held, user, remoteAddress);
    if (full !== undefined) {
      return refuse(503, full, { "Retry-After": String(RETRY_AFTER_S) });
    }
    if (identity.consume?.() === false) {
      return refuse(401, "Cannot connect: the ticket was used");
    }
    const release = held.take(user.userId, remoteAddress);
    return upgrade(request, hub, identity, { release, sockets });
  };
  return Object.assign(handshake, {
    closed: (graceMs: number) => sockets.closed(graceMs),
  });
}

/** Sockets whose close event has not come, whether or not the hub still knows them. */
class OpenSockets {
  readonly #sockets = new Set<WebSocket>();
  #empty: (() => void) | undefined;

  add(socket: WebSocket): void {
    this.#sockets.add(socket);
  }

  delete(socket: WebSocket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size === 0) this.#empty?.();
  }

  async closed(graceMs: number): Promise<void> {
    if (this.#sockets.size === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#empty = resolve;
      timer = setTimeout(resolve, graceMs);
    });
    clearTimeout(timer);
  }
}

/** Connections held, from the upgrade on: sockets that are still opening count. */
class Held {
  total = 0;
  readonly #byUser = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();

  byUser(userId: string): number {
    return this.#byUser.get(userId) ?? 0;
  }

  byAddress(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  /** Counts one in and returns the way to count it out, which works once. */
  take(userId: string, address: string): () => void {
    this.total++;
    this.#byUser.set(userId, this.byUser(userId) + 1);
    this.#byAddress.set(address, this.byAddress(address) + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.total--;
      lessOne(this.#byUser, userId);
      lessOne(this.#byAddress, address);
    };
  }
}

function lessOne(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
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

/** Why there is no room, or undefined when there is. */
function noRoom(
  options: HandshakeOptions,
  held: Held,
  { userId }: User,
  address: string,
): string | undefined {
  if (!options.enabled) return "Cannot connect: sockets are switched off";
  if (options.hub.draining) return "Cannot connect: the server is restarting";
  if (held.total >= options.maxConnections) {
    return "Cannot connect: the server is full";
  }
  if (held.byUser(userId) >= options.maxConnectionsPerUser) {
    return "Cannot connect: you have too many connections";
  }
  if (held.byAddress(address) >= options.maxConnectionsPerAddress) {
    return "Cannot connect: too many connections from your address";
  }
  return undefined;
}

function upgrade(
  request: Request,
  hub: Hub,
  { user, isCurrent }: Identity,
  { release, sockets }: { release: () => void; sockets: OpenSockets },
): Response {
  const isOffered = request.headers.has("sec-websocket-protocol");
  let upgraded;
  try {
    // We keep our own heartbeat (P15): the runtime's would end what we still wait for.
    upgraded = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  } catch {
    release();
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

function refuse(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", ...headers },
  });
}
