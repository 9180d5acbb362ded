/** Connections as rows: whose, how they keep up, and the way to follow one. */
import { Badge } from "../../islands/components/Badge.tsx";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import type { StatusName } from "../../islands/components/status.ts";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { figureText } from "../../islands/ops_figures.ts";
import type { Transport } from "../../realtime/connection.ts";
import type { ConnectionView } from "../../realtime/connections.ts";
import type { FoundOnNodes } from "../../realtime/nodes/reach.ts";
import { size } from "./byte_size.ts";
import {
  connectionHref,
  CONNECTIONS_PATH,
  opsAddressOf,
  type OpsPlace,
  PER_PAGE,
} from "./ops_place.ts";

const STATE_LOOKS: Readonly<
  Record<ConnectionView["state"], readonly [StatusName, string]>
> = {
  opening: ["pending", "Opening"],
  open: ["open", "Open"],
  lagging: ["medium", "Lagging"],
  stale: ["stale", "Stale"],
  closed: ["closed", "Closed"],
};

type Row = FoundOnNodes["items"][number];

export function ConnectionBadge(
  { state }: { readonly state: ConnectionView["state"] },
) {
  const [status, word] = STATE_LOOKS[state];
  return <Badge status={status}>{word}</Badge>;
}

export function OpsConnections(
  { found, place }: {
    readonly found: FoundOnNodes;
    readonly place: OpsPlace;
  },
) {
  const { items } = found;
  if (items.length === 0) {
    return (
      <EmptyState
        title="No connection fits"
        text="None of these words, in this state, on this page of the list."
        action={
          <ButtonLink href={CONNECTIONS_PATH}>Show all connections</ButtonLink>
        }
      />
    );
  }
  return (
    <>
      <Table
        label="Connections"
        columns={COLUMNS}
        rows={items}
        keyOf={({ connectionId }) => connectionId}
      />
      {found.found > PER_PAGE && (
        <nav class="pager pad" aria-label="Pages of the list">
          {place.page > 1 && (
            <ButtonLink
              rel="prev"
              href={opsAddressOf(place, { page: place.page - 1 })}
            >
              Back
            </ButtonLink>
          )}
          {place.page * PER_PAGE < found.reachable && (
            <ButtonLink
              rel="next"
              href={opsAddressOf(place, { page: place.page + 1 })}
            >
              Further
            </ButtonLink>
          )}
        </nav>
      )}
    </>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: "user",
    head: "Connection",
    kind: "name",
    cell: ({ userId, connectionId, node }) => (
      <>
        <a href={connectionHref(connectionId)}>{userId}</a>
        <span class="ops-key mono">{connectionId} · {node}</span>
      </>
    ),
  },
  {
    key: "state",
    head: "State",
    width: "m",
    cell: ({ state }) => <ConnectionBadge state={state} />,
  },
  {
    key: "transport",
    head: "Over",
    width: "m",
    wideOnly: true,
    cell: ({ transport }) => TRANSPORT_WORDS[transport],
  },
  number("buffered", "Unsent", ({ bufferedBytes }) => size(bufferedBytes)),
  number("lag", "Stuck for", ({ lagMs }) => lagMs === 0 ? "–" : seconds(lagMs)),
  number("latency", "Latency", ({ latencyMs }) => figureText(latencyMs, "ms")),
  number(
    "sent",
    "Sent",
    ({ bytesSent }) => size(bytesSent),
  ),
  number(
    "received",
    "Received",
    ({ bytesReceived }) => size(bytesReceived),
  ),
  number(
    "subscriptions",
    "Follows",
    ({ subscriptions }) => figureText(subscriptions.length, "count"),
  ),
];

function number(
  key: string,
  head: string,
  cell: (row: Row) => string,
): Column<Row> {
  return {
    key,
    head,
    kind: "number",
    width: "s",
    wideOnly: key !== "buffered",
    cell,
  };
}

/** How its messages travel, for people. */
export const TRANSPORT_WORDS = {
  websocket: "Socket",
  sse: "Event stream",
} as const satisfies Record<Transport, string>;

/** `4.2 s`, `31 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
