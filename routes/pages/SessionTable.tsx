/** Sessions as a table: title, status, people, last activity. */
import { count, formatTime, isoTime } from "../../islands/format.ts";
import { Icon } from "../../islands/icon.tsx";
import type { ListedSession } from "./session_list.ts";

export function SessionTable(
  { items, now, label }: {
    items: readonly ListedSession[];
    now: number;
    label: string;
  },
) {
  return (
    <table class="table">
      <caption class="visually-hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col" class="status">Status</th>
          <th scope="col" class="num wide-only people-count">People</th>
          <th scope="col" class="wide-only seen">Who sees it</th>
          <th scope="col" class="num last">Last active</th>
        </tr>
      </thead>
      <tbody>
        {items.map((session) => (
          <Row key={session.id} session={session} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ session, now }: { session: ListedSession; now: number }) {
  const { id, title, status, open, participantCount, lastActivityAt } = session;
  return (
    <tr>
      <td class="name">
        <a href={`/sessions/${id}`}>{title}</a>
      </td>
      <td>
        {status === "open"
          ? (
            <span class="badge ok">
              <Icon name="check" />Open
            </span>
          )
          : (
            <span class="badge">
              <Icon name="closed" />Closed
            </span>
          )}
      </td>
      <td class="num wide-only">
        {count(participantCount, "person", "people")}
      </td>
      <td class="wide-only muted">{open ? "Everyone" : "Participants"}</td>
      <td class="num">
        <time dateTime={isoTime(lastActivityAt)}>
          {formatTime(lastActivityAt, now, "UTC")}
        </time>
      </td>
    </tr>
  );
}
