/** Sessions as a table: title, status, people, last activity. */
import { Badge } from "../../islands/components/Badge.tsx";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { count, type Zone } from "../../islands/format.ts";
import { NameOrDemo } from "./DemoMark.tsx";
import type { ListedSession } from "../session_list.ts";

export interface SessionTableProps {
  readonly label: string;
  readonly items: readonly ListedSession[];
  readonly now: number;
  readonly zone: Zone;
  /** Marks what has happened since, ms since 1970. */
  readonly since?: number;
}

export function SessionTable({ label, items, ...how }: SessionTableProps) {
  return (
    <Table
      label={label}
      rows={items}
      columns={columnsOf(how)}
      keyOf={({ id }) => id}
    />
  );
}

function columnsOf(
  { now, zone, since = Infinity }: Omit<SessionTableProps, "label" | "items">,
): readonly Column<ListedSession>[] {
  return [
    {
      key: "title",
      head: "Session",
      kind: "name",
      cell: ({ id, title }) => (
        <a href={`/sessions/${id}`}>
          <NameOrDemo id={id} name={title} />
        </a>
      ),
    },
    {
      key: "status",
      head: "Status",
      width: "m",
      cell: ({ status }) => <Badge status={status} />,
    },
    {
      key: "people",
      head: "People",
      kind: "number",
      width: "m",
      wideOnly: true,
      cell: ({ participantCount }) =>
        count(participantCount, "person", "people"),
    },
    {
      key: "sight",
      head: "Who sees it",
      width: "m",
      wideOnly: true,
      cell: ({ open }) => (
        <span class="muted">{open ? "Everyone" : "Participants"}</span>
      ),
    },
    {
      key: "last",
      head: (
        <>
          Last active{zone === "UTC" && <span data-utc>, UTC</span>}
        </>
      ),
      width: "l",
      cell: ({ lastActivityAt }) => (
        <span class="when">
          <Time at={lastActivityAt} now={now} zone={zone} />
          {lastActivityAt > since && <Badge status="changed">New</Badge>}
        </span>
      ),
    },
  ];
}
