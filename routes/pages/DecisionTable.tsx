/** Decisions as a table: title, status, what was chosen, how, where, when. */
import { Badge } from "../../islands/components/Badge.tsx";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { METHOD_NAMES } from "../../islands/decision_words.ts";
import type { Zone } from "../../islands/format.ts";
import { NameOrDemo } from "./DemoMark.tsx";

export interface ListedDecision {
  readonly decisionId: string;
  readonly title: string;
  readonly status: "open" | "closed";
  readonly method: string;
  readonly alternatives: number;
  readonly criteria: number;
  readonly openedAt: number;
  /** Label of what was chosen; null also where it was closed without a choice. */
  readonly chosen: string | null;
  /** Null for one of the whole house. */
  readonly session: { readonly id: string; readonly title: string } | null;
}

interface DecisionTableProps {
  readonly items: readonly ListedDecision[];
  readonly now: number;
  readonly zone: Zone;
}

export function DecisionTable({ items, ...how }: DecisionTableProps) {
  return (
    <Table
      label="Decisions you may see"
      rows={items}
      columns={columnsOf(how)}
      keyOf={({ decisionId }) => decisionId}
    />
  );
}

function columnsOf(
  { now, zone }: Omit<DecisionTableProps, "items">,
): readonly Column<ListedDecision>[] {
  return [
    {
      key: "title",
      head: "Decision",
      kind: "name",
      cell: ({ decisionId, title }) => (
        <a href={`/decisions/${decisionId}`}>
          <NameOrDemo id={decisionId} name={title} />
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
      key: "chosen",
      head: "Chosen",
      cell: ({ chosen, status }) =>
        chosen ?? (
          <span class="muted">
            {status === "open" ? "Not yet" : "Nothing"}
          </span>
        ),
    },
    {
      key: "method",
      head: "Method",
      wideOnly: true,
      cell: ({ method, alternatives, criteria }) => (
        <>
          {nameOf(method)}{" "}
          <span class="muted">{alternatives} × {criteria}</span>
        </>
      ),
    },
    {
      key: "where",
      head: "Where",
      wideOnly: true,
      cell: ({ session }) =>
        session
          ? <a href={`/sessions/${session.id}`}>{session.title}</a>
          : <span class="muted">House</span>,
    },
    {
      key: "opened",
      head: <>Opened{zone === "UTC" && <span data-utc>, UTC</span>}</>,
      width: "l",
      wideOnly: true,
      cell: ({ openedAt }) => <Time at={openedAt} now={now} zone={zone} />,
    },
  ];
}

/** The name people know; a method of another time keeps its own. */
function nameOf(method: string): string {
  const known = Object.entries(METHOD_NAMES).find(([id]) => id === method);
  return known?.[1] ?? method;
}
