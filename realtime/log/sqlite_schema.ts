/** The SQLite file: how it is opened, its tables, and how an older one is brought up to date. */
import { DatabaseSync } from "node:sqlite";

/** Number of the last migration below; kept in `meta`. */
export const SCHEMA_VERSION = 2;

/** How long a write waits for a stranger who holds the file, such as a backup. */
export const BUSY_TIMEOUT_MS = 5_000;

/** One step per version, from nothing. A step that was released never changes. */
const MIGRATIONS: readonly string[] = [
  `
  -- Channels, subjects and types by number, so that rows and indexes stay small.
  CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE actors (
    id INTEGER PRIMARY KEY,
    actor TEXT NOT NULL UNIQUE,
    user_id TEXT UNIQUE -- NULL once the person was forgotten
  ) STRICT;
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY, -- the feed's cursor
    channel INTEGER NOT NULL, -- names
    subject INTEGER NOT NULL, -- names
    offset INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor INTEGER NOT NULL, -- actors
    type INTEGER NOT NULL, -- names
    v INTEGER NOT NULL,
    message_id TEXT,
    salt BLOB,
    body_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    body TEXT
  ) STRICT;
  -- Where the entries up to placed.seq are; the few after it are found by looking at each.
  CREATE TABLE places (
    channel INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (channel, offset)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX places_by_subject ON places (channel, subject, offset, seq);
  CREATE TABLE placed (seq INTEGER NOT NULL) STRICT;
  INSERT INTO placed VALUES (0);
  CREATE TABLE known (
    actor INTEGER NOT NULL, -- actors
    scope INTEGER NOT NULL, -- names
    message_id TEXT NOT NULL,
    request_hash TEXT,
    positions TEXT NOT NULL,
    result TEXT,
    PRIMARY KEY (actor, scope, message_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE views (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
  CREATE TABLE view_rows (
    view TEXT NOT NULL,
    key TEXT NOT NULL,
    sort REAL NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (view, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX view_rows_by_sort ON view_rows (view, sort, key);
  CREATE TABLE checkpoints (
    number INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL, -- the last entry it covers
    text TEXT NOT NULL,
    public_key TEXT NOT NULL,
    signature TEXT NOT NULL
  ) STRICT;
  `,
  // From here on a log may have lived in more than one epoch (`ended_epochs` in `meta`):
  // a program that knows only the first step would call what is older altered.
  "",
];

/** Opens the file to write, creates or migrates its tables. @throws {Error} If it is newer than this program */
export function openToWrite(path: string, maxPages?: number): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // FULL: in WAL mode anything less acknowledges what a power cut takes back. What a row
    // held before must not outlive its erasure in free space: overwriting it costs too little
    // to be felt (64,000 replaced rows take as long without).
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 2000;
      PRAGMA cache_size = -65536;
      PRAGMA temp_store = MEMORY;
      PRAGMA secure_delete = ON;
    `);
    migrate(db, path);
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens the file beside the writer: reads see what was committed and wait for nobody. */
export function openToRead(path: string): DatabaseSync {
  const db = new DatabaseSync(path, {
    readOnly: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    requireKnownSchema(schemaVersion(db), path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrate(db: DatabaseSync, path: string): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    db.exec(`
      CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)
        STRICT, WITHOUT ROWID
    `);
    const version = schemaVersion(db);
    requireKnownSchema(version, path);
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    const put = db.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)");
    if (version === 0) put.run("epoch", crypto.randomUUID());
    if (version < SCHEMA_VERSION) put.run("schema", String(SCHEMA_VERSION));
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function schemaVersion(db: DatabaseSync): number {
  const row = db.prepare("SELECT value FROM meta WHERE key = 'schema'").get();
  return row === undefined ? 0 : Number(row.value);
}

function requireKnownSchema(version: number, path: string): void {
  if (version <= SCHEMA_VERSION) return;
  throw new Error(
    `${path} was written by a newer Regulens (schema ${version}, this one knows ${SCHEMA_VERSION}): start the newer version, or choose another folder`,
  );
}
