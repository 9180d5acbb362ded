/** What every chart stands in: a caption, the drawing, and the same figures as a table. */
import type { ComponentChildren } from "preact";
import { type Column, Table } from "../components/Table.tsx";

export interface ChartProps<Row> {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly children: ComponentChildren;
}

export function Chart<Row>(
  { title, rows, columns, keyOf, children }: ChartProps<Row>,
) {
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      {children}
      <details class="details">
        <summary>Show as a table</summary>
        <Table label={title} rows={rows} columns={columns} keyOf={keyOf} />
      </details>
    </figure>
  );
}
