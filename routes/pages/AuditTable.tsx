/** Entries of the log as rows: when, who, what, about what, and where it stands. */
import { Badge } from "../../islands/components/Badge.tsx";
import {
  formatDay,
  formatSecond,
  isoTime,
  type Zone,
} from "../../islands/format.ts";
import type { AuditRow } from "../../realtime/log/audit_messages.ts";
import { addressOf } from "./audit_place.ts";
import { didWhat } from "./audit_words.ts";

/** Digits of a hash that tell it from any other one sees. */
const SHORT = 12;

export function AuditTable(
  { rows, zone }: { readonly rows: readonly AuditRow[]; readonly zone: Zone },
) {
  return (
    <table class="table audit">
      <caption class="visually-hidden">Entries, newest first</caption>
      <thead>
        <tr>
          <th scope="col" class="w-at">When</th>
          <th scope="col" class="w-who">Who</th>
          <th scope="col">What</th>
          <th scope="col" class="w-where">Where</th>
          <th scope="col" class="w-hash wide-only">Hash</th>
        </tr>
      </thead>
      {byDay(rows, zone).map(({ day, entries }) => (
        <tbody key={entries[0]?.cursor}>
          <tr class="day">
            <th scope="rowgroup" colSpan={5}>{day}</th>
          </tr>
          {entries.map((row) => (
            <Entry
              key={row.cursor}
              row={row}
              zone={zone}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}

/** Entries of one day of the reader's together, in their order: the log's, whatever clocks said. */
function byDay(rows: readonly AuditRow[], zone: Zone) {
  const days: { readonly day: string; readonly entries: AuditRow[] }[] = [];
  for (const row of rows) {
    const day = formatDay(row.at, zone);
    if (days.at(-1)?.day !== day) days.push({ day, entries: [] });
    days.at(-1)?.entries.push(row);
  }
  return days;
}

function Entry(
  { row, zone }: { readonly row: AuditRow; readonly zone: Zone },
) {
  const { channel, offset, at, actor, sender, subject, type } = row;
  return (
    <tr data-cursor={row.cursor}>
      <td>
        <span title={isoTime(at)}>{formatSecond(at, zone)}</span>
      </td>
      <td>
        <a href={addressOf({ actor: sender ?? actor })}>
          {sender ?? "An erased person"}
        </a>
      </td>
      <td>
        <b>{didWhat(row)}</b>
        {row.erased && <Badge status="closed">Content erased</Badge>}
        <span class="range">
          <a href={addressOf({ channel, subject })}>
            <span class="visually-hidden">Follow</span>
            {subject}
          </a>{" "}
          · {type}
        </span>
      </td>
      <td>
        <a class="mono" href={addressOf({ channel })}>{channel}</a>
        <span class="range mono">#{offset}</span>
      </td>
      <td class="wide-only">
        <code>{row.hash.slice(0, SHORT)}</code>
      </td>
    </tr>
  );
}
