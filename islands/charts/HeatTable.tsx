/** Shares as a table whose cells are shaded by them: it is its own table view. */

export interface HeatRow {
  readonly label: string;
  /** From 0 to 1. */
  readonly shares: readonly number[];
}

export interface HeatTableProps {
  readonly title: string;
  /** Of the first column. */
  readonly head: string;
  readonly columns: readonly string[];
  readonly rows: readonly HeatRow[];
}

/** Steps of shade above none. */
const STEPS = 5;

export function HeatTable({ title, head, columns, rows }: HeatTableProps) {
  return (
    <div class="across" tabIndex={0} role="region" aria-label={title}>
      <table class="heat">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {columns.map((column) => <th key={column} scope="col">{column}
            </th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, shares }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {shares.map((share, n) => (
                <td key={n} class={`h${Math.ceil(share * STEPS)}`}>
                  {percent(share)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Never 0 % for what happens, nor 100 % for what does not always. */
function percent(share: number): string {
  if (share === 0) return "–";
  if (share < 0.005) return "<1 %";
  if (share < 1 && share > 0.995) return ">99 %";
  return `${Math.round(share * 100)} %`;
}
