/** The driver as we use it: sockets that can be cut, whole numbers as numbers, no startup settings. */
import { Socket } from "node:net";
import postgres from "postgres";
import { plainAddress } from "./address.ts";

/** `bigint` columns are numbers: ours stay far below 2^53. */
export type Sql = postgres.Sql<{ bigint: number }>;

export interface DriverOptions {
  /** Most connections at once. */
  readonly max: number;
  readonly connectTimeoutMs: number;
  /** s without a query after which a connection is closed. @default never */
  readonly idleSeconds?: number;
  readonly onNotify?: (channel: string, payload: string) => void;
  /** A connection is gone, by whatever cause. */
  readonly onClose?: () => void;
  /** A client that has lost a connection makes no other. @default false */
  readonly once?: boolean;
}

export interface Driver {
  readonly sql: Sql;
  /** Cuts every connection at once, without a word: a link that is stalled takes none. */
  readonly cut: () => void;
}

/** How long a connection may be silent before the system asks whether the other side is there. */
const KEEP_ALIVE_MS = 15_000;

/** Connects when first asked something. */
export function createDriver(address: string, options: DriverOptions): Driver {
  const sockets = new Set<Socket>();
  let opened = 0;
  let isSpent = false;
  const openSocket = (
    { host, port }: { readonly host: string[]; readonly port: number[] },
  ): Socket => {
    for (const old of sockets) if (old.destroyed) sockets.delete(old);
    const socket = new Socket();
    const turn = opened++ % host.length;
    if (options.once && (isSpent || opened > options.max)) {
      // Later: by then the driver listens.
      setTimeout(() => socket.destroy(new Error("the connection was lost")));
      return socket;
    }
    sockets.add(socket);
    // The driver takes its listeners off a closed socket, which may still have an error to tell.
    socket.on("close", () => {
      queueMicrotask(() => socket.on("error", () => {}));
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.connect(port[turn], host[turn]);
    // The driver takes the name for TLS from here.
    return Object.assign(socket, { host: host[turn] });
  };
  // A pooler refuses settings at the start of a connection, so none are given.
  const settings = {
    max: options.max,
    connect_timeout: options.connectTimeoutMs / 1_000,
    idle_timeout: options.idleSeconds,
    max_lifetime: null,
    backoff: false,
    // Asked of the server, they would be so at every connection, and when one is lost at that
    // moment the driver lets a rejection float that nobody can catch.
    fetch_types: false,
    connection: { application_name: "regulens" },
    types: { bigint: BIGINT, bigints: arrayOf(1016), texts: arrayOf(1009) },
    socket: openSocket,
    onnotice: () => {},
    onnotify: options.onNotify,
    onclose: () => {
      isSpent = true;
      options.onClose?.();
    },
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return { sql: postgres(plainAddress(address), settings), cut };
}

const BIGINT = {
  to: 20,
  from: [20],
  parse: (text: string) => Number(text),
  serialize: (value: number) => String(value),
};

/** Parameters that are lists; none is ever selected. */
function arrayOf(oid: number) {
  return {
    to: oid,
    from: [],
    parse: (text: string) => text,
    serialize: (values: readonly (string | number | null)[]) =>
      `{${values.map(elementOf).join(",")}}`,
  };
}

function elementOf(value: string | number | null): string {
  return value === null
    ? "NULL"
    : `"${String(value).replace(/["\\]/g, "\\$&")}"`;
}
