/** Reads subjects out of Postgres: for whoever checks it. */
import type { Line } from "../postgres/line.ts";
import { type Ask, rowsOf } from "./postgres_cursor.ts";
import { textOrNull } from "./postgres_rows.ts";
import {
  type PlacedEntry,
  type Prefixes,
  type Subject,
  subjectsOf,
} from "./subjects.ts";

/** How long one stretch may go unanswered, in ms: the first one sorts. */
const ANSWER_TIMEOUT_MS = 120_000;

/**
 * The subjects whose channel and name begin so, by channel, one at a time, from one snapshot.
 *
 * @param line Without a transaction; nothing else may be asked over it meanwhile.
 * @param prefixes Letters and marks that need no quoting in SQL. @throws {RangeError} Otherwise
 */
export async function* readPostgresSubjects(
  line: Pick<Line, "within">,
  prefixes: Prefixes,
): AsyncGenerator<Subject> {
  const ask: Ask = (asked) => line.within(ANSWER_TIMEOUT_MS, asked);
  await ask((sql) =>
    sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
  );
  yield* subjectsOf(entriesIn(ask, prefixes));
  await ask((sql) => sql.unsafe("ROLLBACK"));
}

async function* entriesIn(
  ask: Ask,
  prefixes: Prefixes,
): AsyncGenerator<PlacedEntry> {
  const rows = rowsOf(
    ask,
    `SELECT c.name AS channel, e.subject, e."offset", e.at, a.user_id, e.type,
      e.v, e.body
    FROM regulens.entries e
    JOIN regulens.channels c ON c.id = e.channel
    LEFT JOIN regulens.actors a ON a.actor = e.actor
    WHERE starts_with(c.name, ${quoted(prefixes.channel)})
      AND starts_with(e.subject, ${quoted(prefixes.subject)})
    ORDER BY c.name, e.subject, e."offset"`,
  );
  for await (const row of rows) {
    yield {
      channel: String(row.channel),
      subject: String(row.subject),
      offset: Number(row.offset),
      at: Number(row.at),
      sender: textOrNull(row.user_id),
      type: String(row.type),
      v: Number(row.v),
      bodyText: textOrNull(row.body),
    };
  }
}

/** A cursor takes no parameters. */
function quoted(text: string): string {
  if (/^[A-Za-z0-9_:.-]*$/.test(text)) return `'${text}'`;
  throw new RangeError(`Cannot read what begins with ${text}`);
}
