/** Copies a SQLite log into an empty database of Postgres, all of it or nothing. */
import type { DatabaseSync } from "node:sqlite";
import type { Json } from "../json.ts";
import type { Line } from "../postgres/line.ts";
import { LogUnavailable } from "./log.ts";
import type { Ask } from "./postgres_cursor.ts";
import { epochsOf } from "./sqlite_epochs.ts";
import { FROM_ENTRIES, hex, type Row } from "./sqlite_rows.ts";

/** Handed over at a time: so many rows, or so many letters of JSON and the last row more. */
const STRETCH = 1_000;
const STRETCH_LENGTH = 1_000_000;
/** How long one stretch may go unanswered, in ms. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Takes the log's place before anybody else can: who starts meanwhile waits, and a node that
 * runs already is refused.
 *
 * @param line Of a database with our tables; nothing else may be asked over it meanwhile.
 * @param check Looks at the copy before it is there for others; what it throws takes all back.
 * @throws {RangeError} If there is a log in it @throws {LogUnavailable} If a node runs on it
 */
export async function copyToPostgres(
  line: Pick<Line, "within">,
  db: DatabaseSync,
  check: (ask: Ask) => Promise<void>,
): Promise<void> {
  const ask: Ask = (asked) => line.within(ANSWER_TIMEOUT_MS, asked);
  await ask((sql) => sql.unsafe("BEGIN"));
  try {
    await demandEmpty(ask);
    await copyChannels(ask, db);
    for (const table of TABLES) await copyTable(ask, db, table);
    await copyEpochs(ask, db);
    await check(ask);
    await ask((sql) => sql.unsafe("COMMIT"));
  } catch (error) {
    // Whatever went wrong, a lost connection takes all back as well.
    await ask((sql) => sql.unsafe("ROLLBACK")).catch(() => {});
    throw error;
  }
}

async function demandEmpty(ask: Ask): Promise<void> {
  const [counter] = await ask((sql) =>
    sql`SELECT seq FROM regulens.counter FOR UPDATE`
  );
  const [node] = await ask((sql) =>
    sql`SELECT node FROM regulens.nodes WHERE until > clock_timestamp()`
  );
  if (node) {
    throw new LogUnavailable(
      `Cannot restore to this database: ${node.node} runs on it; stop every node first`,
    );
  }
  if (Number(counter.seq) > 0) {
    throw new RangeError(
      "Cannot restore to this database: there is a log in it; make another database and give that one",
    );
  }
  // What a start without any entry leaves behind.
  await ask((sql) =>
    sql.unsafe(`
      TRUNCATE regulens.channels, regulens.actors, regulens.views,
        regulens.view_rows, regulens.checkpoints, regulens.epochs;
    `)
  );
}

interface Table {
  /** Of SQLite; its columns are those of `record`. */
  readonly select: string;
  readonly name: string;
  readonly columns: string;
  /** The columns as they come. */
  readonly record: string;
  /** What is put in, of `r`. */
  readonly values: string;
  /** @default `r` alone */
  readonly joined?: string;
}

const TABLES: readonly Table[] = [
  {
    select: "SELECT actor, user_id FROM actors",
    name: "actors",
    columns: "actor, user_id",
    record: "actor uuid, user_id text",
    values: "r.actor, r.user_id",
  },
  {
    select: `
      SELECT e.seq, c.name AS channel, e.offset, e.at, a.actor, t.name AS type,
        e.v, s.name AS subject, e.message_id,
        CASE WHEN e.salt IS NOT NULL THEN lower(hex(e.salt)) END AS salt,
        ${hex("e.body_hash")}, ${hex("e.hash")}, e.body
      ${FROM_ENTRIES} ORDER BY e.seq`,
    name: "entries",
    columns:
      `seq, channel, "offset", at, actor, type, v, subject, message_id, salt, body_hash, hash, body`,
    record: `seq bigint, channel text, "offset" bigint, at bigint, actor uuid,
      type text, v bigint, subject text, message_id text, salt text,
      body_hash text, hash text, body text`,
    values: `r.seq, c.id, r."offset", r.at, r.actor, r.type, r.v, r.subject,
      r.message_id, decode(r.salt, 'hex'), decode(r.body_hash, 'hex'),
      decode(r.hash, 'hex'), r.body`,
    joined: "JOIN regulens.channels c ON c.name = r.channel",
  },
  {
    select: `
      SELECT a.actor, n.name AS scope, k.message_id, k.request_hash,
        k.positions, k.result
      FROM known k JOIN actors a ON a.id = k.actor JOIN names n ON n.id = k.scope`,
    name: "known",
    columns: "actor, scope, message_id, request_hash, positions, result",
    record: `actor uuid, scope text, message_id text, request_hash text,
      positions text, result text`,
    values:
      "r.actor, r.scope, r.message_id, r.request_hash, r.positions, r.result",
  },
  {
    select: "SELECT name, version FROM views",
    name: "views",
    columns: "name, version",
    record: "name text, version bigint",
    values: "r.name, r.version",
  },
  {
    select: "SELECT view, key, sort, data FROM view_rows",
    name: "view_rows",
    columns: "view, key, sort, data",
    record: "view text, key text, sort double precision, data text",
    values: "r.view, r.key, r.sort, r.data",
  },
  {
    select:
      "SELECT number, seq, text, public_key, signature FROM checkpoints ORDER BY number",
    name: "checkpoints",
    columns: "number, seq, text, public_key, signature",
    record:
      "number bigint, seq bigint, text text, public_key text, signature text",
    values: "r.number, r.seq, r.text, r.public_key, r.signature",
  },
];

async function copyTable(
  ask: Ask,
  db: DatabaseSync,
  { select, name, columns, record, values, joined = "" }: Table,
): Promise<void> {
  for (const { text, rows } of stretches(db.prepare(select).iterate())) {
    const { count } = await ask((sql) =>
      sql`
      INSERT INTO regulens.${sql.unsafe(name)} (${sql.unsafe(columns)})
      SELECT ${sql.unsafe(values)}
      FROM json_to_recordset(${text}::text::json)
        AS r (${sql.unsafe(record)}) ${sql.unsafe(joined)}`
    );
    if (count === rows) continue;
    throw new Error(`Cannot copy ${name}: ${rows - count} rows are lost`);
  }
}

/** With their heads, which SQLite finds in the entries. */
async function copyChannels(ask: Ask, db: DatabaseSync): Promise<void> {
  const heads = db.prepare(`
    SELECT c.name, e.offset, ${hex("e.hash")} FROM entries e
    JOIN names c ON c.id = e.channel
    WHERE e.seq IN (SELECT max(seq) FROM entries GROUP BY channel)
    ORDER BY e.seq`);
  for (const { text } of stretches(heads.iterate())) {
    await ask((sql) =>
      sql`
      INSERT INTO regulens.channels (name, head_offset, head_hash)
      SELECT r.name, r."offset", decode(r.hash, 'hex')
      FROM json_to_recordset(${text}::text::json)
        AS r (name text, "offset" bigint, hash text)`
    );
  }
}

/** With the epochs goes the fence: a node that knew the empty log must not write to this one. */
async function copyEpochs(ask: Ask, db: DatabaseSync): Promise<void> {
  const epochs = epochsOf(db);
  const ended = epochs.toJSON();
  const all = [...ended.map(({ epoch }) => epoch), epochs.current];
  const rows: Json = all.map((epoch, i) => ({
    number: i + 1,
    epoch,
    after_seq: i === 0 ? 0 : ended[i - 1].seq,
  }));
  await ask((sql) =>
    sql`
    INSERT INTO regulens.epochs (number, epoch, after_seq)
    SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::text::json)
      AS r (number integer, epoch text, after_seq bigint)`
  );
  const [last] = db.prepare("SELECT coalesce(max(seq), 0) AS seq FROM entries")
    .all();
  await ask((sql) =>
    sql`UPDATE regulens.counter SET seq = ${
      Number(last.seq)
    }, fence = fence + 1`
  );
}

/** As JSON: an array of at least one row. */
function* stretches(rows: Iterable<Row>) {
  let texts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    texts.push(text);
    length += text.length;
    if (texts.length < STRETCH && length < STRETCH_LENGTH) continue;
    yield { text: `[${texts}]`, rows: texts.length };
    texts = [];
    length = 0;
  }
  if (texts.length > 0) yield { text: `[${texts}]`, rows: texts.length };
}
