/** The nodes that serve together: how many each holds, whether it keeps up, how safe its word is. */
import { Badge } from "../../islands/components/Badge.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { StatusName } from "../../islands/components/status.ts";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { count, type Zone } from "../../islands/format.ts";
import { figureText } from "../../islands/ops_figures.ts";
import type { NodeFigures } from "../../realtime/nodes/node_figures.ts";
import type { NodesTold } from "../../realtime/nodes/reach.ts";

/** What an acknowledgement promises, in a word and for whoever points at it. */
const LEVELS: Readonly<
  Record<NodeFigures["ackLevel"], readonly [StatusName, string, string]>
> = {
  accepted: ["medium", "Accepted", "confirmed before it is kept: not safe"],
  stored: ["open", "Stored", "on disk when it is confirmed"],
  replicated: ["open", "Replicated", "on a second server, too"],
};

export function OpsNodes(
  { told: { nodes, silent }, now, zone }: {
    readonly told: NodesTold;
    /** ms since 1970. */
    readonly now: number;
    readonly zone: Zone;
  },
) {
  const [here] = nodes;
  const rows = [...nodes, ...silent.map((node) => ({ node }))];
  const columns: readonly Column<Row>[] = [
    {
      key: "node",
      head: "Node",
      kind: "name",
      cell: ({ node }) => (
        <>
          <span class="mono">{node}</span>
          {node === here.node && <span class="ops-key">answers this page</span>}
        </>
      ),
    },
    {
      key: "level",
      head: "Confirms",
      width: "m",
      cell: (row) => "ackLevel" in row ? <Level of={row} /> : <Silent />,
    },
    number(
      "connections",
      "Connections",
      (row) => figureText(row.totalConnections, "count"),
    ),
    number("lag", "Loop lag", (row) => figureText(row.loopLagMs, "ms")),
    {
      key: "since",
      head: "Since",
      width: "m",
      wideOnly: true,
      cell: (row) =>
        "startedAt" in row
          ? <Time at={row.startedAt} now={now} zone={zone} />
          : "–",
    },
  ];
  return (
    <Panel
      id="nodes"
      title="Nodes"
      end={count(rows.length, "node", "nodes")}
    >
      <Table
        label="Nodes"
        rows={rows}
        columns={columns}
        keyOf={({ node }) => node}
      />
    </Panel>
  );
}

/** A node that did not answer is known by its name alone. */
type Row = NodeFigures | Pick<NodeFigures, "node">;

function Level({ of: { ackLevel } }: { readonly of: NodeFigures }) {
  const [status, word, meaning] = LEVELS[ackLevel];
  return (
    <>
      <Badge status={status}>{word}</Badge>
      <span class="visually-hidden">: {meaning}</span>
    </>
  );
}

function Silent() {
  return <Badge status="stale">No answer</Badge>;
}

function number(
  key: string,
  head: string,
  figure: (row: NodeFigures) => string,
): Column<Row> {
  return {
    key,
    head,
    kind: "number",
    width: "m",
    wideOnly: key === "lag",
    cell: (row) => "ackLevel" in row ? figure(row) : "–",
  };
}
