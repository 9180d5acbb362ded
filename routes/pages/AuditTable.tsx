/** Entries of the log as rows: when, who, what, about what, and where it stands. */
import { Badge } from "../../islands/components/Badge.tsx";
import { isoTime, type Zone } from "../../islands/format.ts";
import type { AuditRow } from "../../realtime/log/audit_messages.ts";
import { addressOf } from "./audit_place.ts";
import { didWhat } from "./audit_words.ts";

/** Digits of a hash that tell it from any other one sees. */
const SHORT = 12;

export function AuditTable(
  { rows, zone }: { readonly rows: readonly AuditRow[]; readonly zone: Zone },
) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
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
      <tbody>
        {rows.map((row) => (
          <Entry
            key={row.cursor}
            row={row}
            format={format}
          />
        ))}
      </tbody>
    </table>
  );
}

function Entry(
  { row, format }: {
    readonly row: AuditRow;
    readonly format: Intl.DateTimeFormat;
  },
) {
  const { channel, offset, at, actor, sender, subject, type } = row;
  return (
    <tr>
      <td>
        <span class="at" data-at={isoTime(at)}>{format.format(at)}</span>
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
          · {type} v{row.v}
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
