/** Rows under columns, with a caption: numbers at the end, narrow screens without the rest. */
import type { ComponentChildren } from "preact";

export interface Column<Row> {
  readonly key: string;
  readonly head: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
  /** @default "text" */
  readonly kind?: "text" | "number" | "name";
  /** Left out on narrow screens. */
  readonly wideOnly?: boolean;
  /** 5, 7.5 or 10 rem. @default an equal part of what is left */
  readonly width?: "s" | "m" | "l";
}

export interface TableProps<Row> {
  /** Says what the table lists, to readers of the screen. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <table class="table">
      <caption class="visually-hidden">{label}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              class={headClass(column)}
            >
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column) => (
              <td key={column.key} class={cellClass(column)}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function headClass<Row>({ width, ...column }: Column<Row>) {
  return join(cellClass(column), width && `w-${width}`);
}

function cellClass<Row>({ kind, wideOnly }: Column<Row>) {
  return join(
    kind === "number" ? "num" : kind === "name" ? "name" : undefined,
    wideOnly ? "wide-only" : undefined,
  );
}

function join(...names: (string | undefined)[]): string | undefined {
  return names.filter(Boolean).join(" ") || undefined;
}
