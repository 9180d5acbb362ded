/**
 * Checks a log in Postgres from end to end, a stretch at a time: every chain, every checkpoint
 * against the chains, the heads that the next commits rest on, and the kept answers.
 */
import type { Row } from "postgres";
import type { Line } from "../postgres/line.ts";
import { type Bad, ChainCheck } from "./chain.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { badCheckpoint, CheckpointChain } from "./checkpoint_chain.ts";
import type { Epochs } from "./epochs.ts";
import { positionsIn } from "./known_positions.ts";
import type { Verification } from "./log.ts";
import type { Ask } from "./postgres_cursor.ts";
import { epochsIn } from "./postgres_epochs.ts";
import {
  RECORD_COLUMNS,
  recordOf,
  signedOf,
  textOrNull,
} from "./postgres_rows.ts";
import { NO_HASH, type Record as LogRecord } from "./record.ts";
import type { VerifyOptions } from "./verify_database.ts";

/** Rows read at a time: what is done with them must not hold up the loop for long. */
const STRETCH = 500;
/** How long one stretch may go unanswered, in ms. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Before every seq and every offset, altered ones included. */
const BEFORE_ALL = "-9223372036854775808";

/**
 * Reads one snapshot, however long it takes and whatever is written meanwhile.
 *
 * @param line Without a transaction; nothing else may be asked over it meanwhile.
 * @throws when the server gives no answer
 */
export async function verifyPostgres(
  line: Pick<Line, "within">,
  options: VerifyOptions = {},
): Promise<Verification> {
  const ask: Ask = (asked) => line.within(ANSWER_TIMEOUT_MS, asked);
  await ask((sql) =>
    sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
  );
  try {
    return await verifyWithin(ask, options);
  } finally {
    await ask((sql) => sql.unsafe("ROLLBACK"));
  }
}

/** The same within a transaction of `ask`'s one connection, which sees nothing change. */
export async function verifyWithin(
  ask: Ask,
  options: VerifyOptions = {},
): Promise<Verification> {
  const epochs = await ask(epochsIn);
  const { bad, count, lasts, holed } = await checkChains(ask, {
    epochs,
    only: options.channel,
  });
  // Heads last: when entries were cut off theirs are wrong too, and that says less.
  const firstBad = bad ?? await checkCheckpoints(ask, epochs, options) ??
    await checkHeads(ask, lasts, options.channel) ??
    await checkKnown(ask, options.channel) ??
    (options.channel === undefined
      ? await checkCounter(ask, count, holed)
      : undefined);
  const found = { count, channels: lasts.size };
  return firstBad ? { ok: false, ...found, firstBad } : { ok: true, ...found };
}

interface Last {
  readonly offset: number;
  readonly hash: string;
}

/** Of several bad channels the first by name is told. */
async function checkChains(
  ask: Ask,
  { epochs, only }: { readonly epochs: Epochs; readonly only?: string },
) {
  const checks = new Map<string, ChainCheck>();
  const bads = new Map<string, Bad>();
  const lasts = new Map<string, Last>();
  let count = 0;
  let holed = false;
  for await (const { record, seq } of records(ask, epochs, only)) {
    const { channel, offset, hash } = record;
    count++;
    holed ||= seq !== count;
    lasts.set(channel, { offset, hash });
    if (bads.has(channel)) continue;
    const check = checks.get(channel) ?? new ChainCheck(channel);
    checks.set(channel, check);
    const bad = check.add(record);
    if (bad) bads.set(channel, bad);
  }
  for (const [channel, check] of checks) {
    const bad = bads.has(channel) ? undefined : check.end();
    if (bad) bads.set(channel, bad);
  }
  const [first] = [...bads.keys()].sort();
  return { count, lasts, holed, bad: bads.get(first) };
}

/** All in the order they were written, or one channel's in the order of its offsets. */
async function* records(ask: Ask, epochs: Epochs, only?: string) {
  let after = BEFORE_ALL;
  for (;;) {
    const rows = await ask((sql) => {
      const column = sql.unsafe(only === undefined ? "e.seq" : `e."offset"`);
      const isOfIt = only === undefined ? sql`` : sql`AND c.name = ${only}`;
      return sql`
        SELECT ${sql.unsafe(RECORD_COLUMNS)}, ${column}::text AS place,
          e.channel AS channel_id, a.actor AS kept_actor
        FROM regulens.entries e
        LEFT JOIN regulens.channels c ON c.id = e.channel
        LEFT JOIN regulens.actors a ON a.actor = e.actor
        WHERE ${column} > ${after}::bigint ${isOfIt}
        ORDER BY ${column} LIMIT ${STRETCH}`;
    });
    for (const row of rows) {
      const seq = Number(row.seq);
      yield { record: keptRecord(row, epochs.of(seq)), seq };
    }
    if (rows.length < STRETCH) return;
    after = String(rows[rows.length - 1].place);
  }
}

/** A name or an actor that is gone leaves its entries to be found. */
function keptRecord(row: Row, epoch: string): LogRecord {
  return {
    ...recordOf(row, epoch),
    channel: textOrNull(row.channel) ?? `channel ${row.channel_id}, unnamed`,
    actor: String(row.kept_actor),
  };
}

async function checkCheckpoints(
  ask: Ask,
  epochs: Epochs,
  { channel, ...trust }: VerifyOptions,
): Promise<Bad | undefined> {
  const chain = new CheckpointChain(epochs, trust);
  for (let after = BEFORE_ALL;;) {
    const rows = await ask((sql) =>
      sql`
      SELECT number::text, text, public_key, signature
      FROM regulens.checkpoints WHERE number > ${after}::bigint
      ORDER BY number LIMIT ${STRETCH}`
    );
    for (const row of rows) {
      const signed = signedOf(row);
      const heads = chain.add(signed);
      // The next one is numbered by the column.
      const isNumbered = heads &&
        String(JSON.parse(signed.text).number) === row.number;
      if (!isNumbered) return badCheckpoint(signed);
      const bad = await checkSaid(ask, heads.map(placeOf), channel);
      if (bad) return bad;
    }
    if (rows.length < STRETCH) break;
    after = String(rows[rows.length - 1].number);
  }
  const missing = chain.missing();
  if (!missing) return undefined;
  // Checkpoints were taken away: what the kept one says of the entries tells why.
  const { heads }: Checkpoint = JSON.parse(missing.text);
  return await checkSaid(ask, heads.map(placeOf), channel) ??
    badCheckpoint(missing);
}

const placeOf = (
  { channel, offset, hash }: Checkpoint["heads"][number],
): Place => [channel, offset, hash];

/** Where a hash is said to be. */
type Place = readonly [channel: string, offset: number, hash: string];

async function checkSaid(
  ask: Ask,
  places: readonly Place[],
  only?: string,
): Promise<Bad | undefined> {
  const wrong = await firstWrong(ask, places, only);
  if (!wrong) return undefined;
  const { channel, offset, isThere } = wrong;
  if (isThere) return { channel, offset, reason: "broken_chain" };
  const [last] = await ask((sql) =>
    sql`
    SELECT coalesce(max(e."offset"), 0) AS "offset" FROM regulens.entries e
    JOIN regulens.channels c ON c.id = e.channel WHERE c.name = ${channel}`
  );
  return { channel, offset: Number(last.offset) + 1, reason: "truncated" };
}

/** The first place where another hash stands, or none at all. */
async function firstWrong(ask: Ask, all: readonly Place[], only?: string) {
  const places = all.filter(([channel]) =>
    only === undefined || channel === only
  );
  for (let at = 0; at < places.length; at += STRETCH) {
    const some = places.slice(at, at + STRETCH);
    const asked = some.map(([channel, offset], number) =>
      // No channel has a name that Postgres cannot even be asked for.
      isText(channel) ? { channel, offset, number } : { number }
    );
    const rows = await ask((sql) =>
      sql`
      SELECT wanted.number, encode(e.hash, 'hex') AS hash
      FROM json_to_recordset(${JSON.stringify(asked)}::text::json)
        AS wanted (channel text, "offset" numeric, number integer)
      JOIN regulens.channels c ON c.name = wanted.channel
      JOIN regulens.entries e
        ON e.channel = c.id AND e."offset" = wanted."offset"`
    );
    const there = new Map(
      rows.map((row) => [Number(row.number), String(row.hash)]),
    );
    for (const [number, [channel, offset, hash]] of some.entries()) {
      // A commit without entries is answered with a head that may be before the first.
      const kept = offset === 0 ? NO_HASH : there.get(number);
      if (kept !== hash) {
        return { channel, offset, isThere: kept !== undefined };
      }
    }
  }
}

function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** What the next commits rest on must be the ends of the chains. */
async function checkHeads(
  ask: Ask,
  lasts: ReadonlyMap<string, Last>,
  only?: string,
): Promise<Bad | undefined> {
  for (let after = BEFORE_ALL;;) {
    const rows = await ask((sql) =>
      sql`
      SELECT id::text, name, head_offset, encode(head_hash, 'hex') AS head_hash
      FROM regulens.channels WHERE id > ${after}::bigint
        ${only === undefined ? sql`` : sql`AND name = ${only}`}
      ORDER BY id LIMIT ${STRETCH}`
    );
    for (const row of rows) {
      const channel = String(row.name);
      const { offset, hash } = lasts.get(channel) ??
        { offset: 0, hash: NO_HASH };
      const head = Number(row.head_offset);
      if (head > offset) {
        return { channel, offset: offset + 1, reason: "truncated" };
      }
      if (head < offset || row.head_hash !== hash) {
        return { channel, offset, reason: "broken_chain" };
      }
    }
    if (rows.length < STRETCH) return undefined;
    after = String(rows[rows.length - 1].id);
  }
}

/** An answer given again must be of entries that there are: a retry would be told another place. */
async function checkKnown(ask: Ask, only?: string): Promise<Bad | undefined> {
  const start = { actor: "00000000-0000-0000-0000-000000000000", scope: "" };
  let last: Row = { ...start, message_id: "" };
  for (;;) {
    const { actor, scope, message_id } = last;
    const rows = await ask((sql) =>
      sql`
      SELECT actor, scope, message_id, positions FROM regulens.known
      WHERE (actor, scope, message_id) > (${actor}::uuid, ${scope}, ${message_id})
      ORDER BY actor, scope, message_id LIMIT ${STRETCH}`
    );
    const places: Place[] = [];
    for (const row of rows) {
      const positions = positionsIn(String(row.positions));
      if (!positions) {
        return { channel: "", offset: 0, reason: "altered_answer" };
      }
      places.push(...positions);
    }
    const wrong = await firstWrong(ask, places, only);
    if (wrong) {
      const { channel, offset } = wrong;
      return { channel, offset, reason: "altered_answer" };
    }
    if (rows.length < STRETCH) return undefined;
    last = rows[rows.length - 1];
  }
}

/** Without holes up to the counter, or the feed would leave something out. */
async function checkCounter(
  ask: Ask,
  count: number,
  holed: boolean,
): Promise<Bad | undefined> {
  const [row] = await ask((sql) => sql`SELECT seq FROM regulens.counter`);
  if (!holed && Number(row?.seq) === count) return undefined;
  return { channel: "", offset: 0, reason: "damaged_file" };
}
