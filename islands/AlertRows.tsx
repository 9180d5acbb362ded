/** One alert of a list as rows of its table: how it stands, and once opened everything about it. */
import { Badge } from "./components/Badge.tsx";
import { Button } from "./components/Button.tsx";
import { Time } from "./components/Time.tsx";
import { count, isoTime } from "./format.ts";
import { AlertReaders } from "./AlertReaders.tsx";
import { addressOf, type AlertModel } from "./alert_model.ts";
import type { AlertRow } from "./alert_row.ts";
import { span, stateLook, timeLeft } from "./alert_words.ts";

export const COLUMNS = 7;
/** Raised so much later than it happened, a row says both. */
const EARLIER_MS = 60 * 1000;

interface RowProps {
  readonly row: AlertRow;
  readonly model: AlertModel;
}

export function AlertRows({ row, model }: RowProps) {
  const isOpen = model.opened.value?.alertId === row.alertId;
  return (
    <>
      <Line row={row} model={model} isOpen={isOpen} />
      {isOpen && <Opened row={row} model={model} />}
    </>
  );
}

function Line({ row, model, isOpen }: RowProps & { readonly isOpen: boolean }) {
  const { alertId: id, title, status, severity } = row;
  const { choice, page, reader } = model.state;
  const now = model.now.value;
  const zone = model.zone.value;
  const look = stateLook(row);
  const left = timeLeft(row, now);
  const isOver = (status === "resolved") !== (choice.show === "resolved");
  return (
    <tr
      id={`alert-${id}`}
      class={isOver ? "over" : undefined}
      aria-current={model.at.value === id ? "true" : undefined}
    >
      {reader.mayAct && (
        <td class="pick">
          <input
            type="checkbox"
            name="id"
            value={id}
            aria-label={`Select ${title}`}
            checked={model.picked.value.has(id)}
            onChange={() => pick(model, id)}
          />
        </td>
      )}
      <td>
        <Badge status={severity} />
      </td>
      <td class="name">
        <a
          href={addressOf(choice, { page, open: isOpen ? undefined : id })}
          aria-expanded={isOpen}
          onClick={(event) => {
            if (!model.open.value || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            model.open.value(id);
          }}
        >
          {title}
        </a>
        <span class="under">
          {row.count > 1 && <b>×{row.count}</b>}
          {row.lastAt - row.occurredAt > EARLIER_MS && (
            <span>
              Happened <Time at={row.occurredAt} now={now} zone={zone} />
            </span>
          )}
          {row.source && choice.by !== "source" && <span>{row.source}</span>}
          {row.sessionId && <a href={`/sessions/${row.sessionId}`}>Session</a>}
          {row.noteCount > 0 && (
            <span>{count(row.noteCount, "note", "notes")}</span>
          )}
          {model.fresh.value.has(id) && <Badge status="changed">New</Badge>}
        </span>
      </td>
      <td>
        <Badge status={look.status}>{look.word}</Badge>
        {left && (
          <span class={left.late ? "due late" : "due"}>{left.words}</span>
        )}
        {status === "snoozed" && row.snoozedUntil !== null && (
          <span class="due">
            until <Time at={row.snoozedUntil} now={now} zone={zone} />
          </span>
        )}
      </td>
      <td class="wide-only">{row.assignee?.name ?? "–"}</td>
      <td class="num wide-only">
        <time dateTime={isoTime(row.lastAt)}>{span(now - row.lastAt)}</time>
      </td>
      {reader.mayAct && (
        <td class="quick wide-only">
          {/* Without scripts the bar does it; a button in each row would double the page. */}
          {status === "open" && model.act.value && (
            <ActButton act="acknowledge" id={id} model={model}>
              Acknowledge
            </ActButton>
          )}
        </td>
      )}
    </tr>
  );
}

function Opened({ row, model }: RowProps) {
  const { alertId: id, status, assignee } = row;
  const { reader } = model.state;
  const opened = model.opened.value;
  const now = model.now.value;
  const zone = model.zone.value;
  const isMine = assignee?.userId === reader.userId;
  const isOver = status === "resolved";
  return (
    <tr class="opened">
      <td colSpan={COLUMNS}>
        {opened?.body && <p class="says">{opened.body}</p>}
        <p class="meta">
          Raised <Time at={row.raisedAt} now={now} zone={zone} />
          {row.raisings > 1 &&
            `, anew ${count(row.raisings - 1, "time", "times")}`}
          {row.acknowledgedBy && row.acknowledgedAt !== null && (
            <>
              {" · "}acknowledged by {row.acknowledgedBy.name}{" "}
              <Time at={row.acknowledgedAt} now={now} zone={zone} />
            </>
          )}
          {row.escalatedAt !== null && (
            <>
              {" · "}escalated{" "}
              <Time at={row.escalatedAt} now={now} zone={zone} />
            </>
          )}
          {assignee && ` · assigned to ${assignee.name}`}
          {row.resolvedBy && row.resolvedAt !== null && (
            <>
              {" · "}
              {row.dismissed ? "dismissed" : "resolved"} by{" "}
              {row.resolvedBy.name}{" "}
              <Time at={row.resolvedAt} now={now} zone={zone} />
              {row.resolution && `: ${row.resolution}`}
            </>
          )}
        </p>
        {opened && opened.notes.length > 0 && (
          <ol class="notes" aria-label="Notes">
            {opened.notes.map((note) => (
              <li key={note.at + note.text}>
                <Time at={note.at} now={now} zone={zone} />
                <span>
                  <b>{note.name}</b> {note.text}
                </span>
              </li>
            ))}
          </ol>
        )}
        {opened?.readers && (
          <AlertReaders readers={opened.readers} now={now} zone={zone} />
        )}
        {reader.mayAct && (
          <div class="do">
            <label class="visually-hidden" for={`text-${id}`}>
              Note, or how it ended
            </label>
            <textarea
              id={`text-${id}`}
              name="text"
              class="input"
              rows={1}
              maxLength={2000}
              placeholder={isOver ? "Note" : "Note, or how it ended"}
            />
            <ActButton act="note" id={id} model={model}>Add note</ActButton>
            {!isOver && (
              <>
                <ActButton
                  act={isMine ? "drop" : "mine"}
                  id={id}
                  model={model}
                >
                  {isMine ? "Give back" : "Assign to me"}
                </ActButton>
                <ActButton act="hour" id={id} model={model}>
                  Snooze 1 h
                </ActButton>
                <ActButton act="tomorrow" id={id} model={model}>
                  Until tomorrow
                </ActButton>
                <ActButton act="dismiss" id={id} model={model}>
                  Dismiss
                </ActButton>
                <ActButton act="resolve" id={id} model={model}>
                  Resolve
                </ActButton>
              </>
            )}
          </div>
        )}
      </td>
    </tr>
  );
}

function ActButton(
  { act, id, model, children }: {
    readonly act: Parameters<NonNullable<AlertModel["act"]["value"]>>[0];
    readonly id: string;
    readonly model: AlertModel;
    readonly children: string;
  },
) {
  return (
    <Button
      small
      type="submit"
      name="one"
      value={`${act} ${id}`}
      onClick={(event) => {
        const run = model.act.peek();
        if (!run) return;
        event.preventDefault();
        run(act, [id]);
      }}
    >
      {children}
    </Button>
  );
}

/** Picks a row, or lets go of it. */
export function pick(model: AlertModel, id: string): void {
  const picked = new Set(model.picked.peek());
  if (!picked.delete(id)) picked.add(id);
  model.picked.value = picked;
}
