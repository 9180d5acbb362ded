/** Rules or decisions by how far labels let one trust them, each with its interval drawn. */
import { Badge } from "../../islands/components/Badge.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { IntervalBar } from "../../islands/charts/IntervalBar.tsx";
import type { Zone } from "../../islands/format.ts";
import { changedBy, Name } from "./LearningChanges.tsx";
import type { LearnedRow } from "./learning_list.ts";

export interface LearnedTableProps {
  readonly label: string;
  readonly rows: readonly LearnedRow[];
  readonly now: number;
  readonly zone: Zone;
}

export function LearnedTable(
  { label, rows, now, zone }: LearnedTableProps,
) {
  return (
    <table class="table learned">
      <caption class="visually-hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" class="w-trust">0 % – 100 %</th>
          <th scope="col" class="num w-mean">Trust</th>
          <th scope="col" class="num w-labels wide-only">Labels</th>
          <th scope="col" class="w-last wide-only">Last by</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.learned.id} row={row} now={now} zone={zone} />
        ))}
      </tbody>
    </table>
  );
}

function Row(
  { row: { about, learned, last }, now, zone }: {
    readonly row: LearnedRow;
    readonly now: number;
    readonly zone: Zone;
  },
) {
  const { labels, correct, incorrect, mean, interval95, tooFew } = learned;
  const [low, high] = interval95.map(percent);
  return (
    <tr>
      <td class="name">
        <Name about={about} />
        <span class="under">
          {about.name !== about.id && about.href && <code>{about.id}</code>}
          {tooFew && (
            <Badge status="pending">Too few: {labels} of 10 labels</Badge>
          )}
        </span>
      </td>
      <td>
        <IntervalBar mean={mean} interval={interval95} isVague={tooFew} />
      </td>
      <td class="num">
        <b class={tooFew ? "muted" : undefined}>{percent(mean)} %</b>
        <span class="range">{low} – {high} %</span>
      </td>
      <td class="num wide-only">
        {labels.toLocaleString("en-GB")}
        <span class="range">{correct} right, {incorrect} wrong</span>
      </td>
      <td class="wide-only">
        {last && changedBy(last)}
        <span class="range">
          <Time at={learned.changedAt} now={now} zone={zone} />
        </span>
      </td>
    </tr>
  );
}

function percent(share: number): number {
  return Math.round(share * 100);
}
