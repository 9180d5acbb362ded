-- The log: entries, what is known of commits, views and checkpoints. Statements are run in order.
-- Names and keys are compared byte by byte (COLLATE "C"), whatever the database's language is.

-- Epochs of the log. The last is the one of now; regulens.start_epoch() starts another.
CREATE TABLE regulens.epochs (
  number integer PRIMARY KEY,
  epoch text NOT NULL UNIQUE,
  after_seq bigint NOT NULL -- the last entry written before it
);
INSERT INTO regulens.epochs VALUES (1, gen_random_uuid()::text, 0);

-- Where the whole log stands. Its one row is locked last by every transaction that writes to
-- the log, so seq has no holes and grows in the order of commits.
CREATE TABLE regulens.counter (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  seq bigint NOT NULL,
  fence bigint NOT NULL -- rises when what nodes rest on was changed under them
) WITH (fillfactor = 10);
INSERT INTO regulens.counter VALUES (true, 0, 1);

-- Takes the next numbers for so many entries and returns the last of them. The counter stays
-- locked until the transaction ends. A node that knows another fence must not write.
CREATE FUNCTION regulens.take_seqs(count bigint, known_fence bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  last bigint;
BEGIN
  UPDATE regulens.counter SET seq = seq + count WHERE fence = known_fence RETURNING seq INTO last;
  IF last IS NULL THEN
    RAISE EXCEPTION 'views or epoch were changed by another node' USING ERRCODE = 'RG001';
  END IF;
  RETURN last;
END
$$;

-- The last transaction of each node's writer: after a lost connection it says what became of it.
CREATE TABLE regulens.writers (
  writer uuid PRIMARY KEY,
  batch bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- Channels and their heads. A transaction locks the rows it writes to in the order of names.
CREATE TABLE regulens.channels (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  head_offset bigint NOT NULL DEFAULT 0,
  head_hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex')
) WITH (fillfactor = 50);

CREATE TABLE regulens.actors (
  actor uuid PRIMARY KEY,
  user_id text COLLATE "C" UNIQUE -- NULL once the person was forgotten
);

CREATE TABLE regulens.entries (
  seq bigint PRIMARY KEY, -- the feed's cursor
  channel bigint NOT NULL, -- channels
  "offset" bigint NOT NULL,
  at bigint NOT NULL,
  actor uuid NOT NULL, -- actors
  type text COLLATE "C" NOT NULL,
  v bigint NOT NULL,
  subject text COLLATE "C" NOT NULL,
  message_id text COLLATE "C",
  salt bytea,
  body_hash bytea NOT NULL,
  hash bytea NOT NULL,
  body text COLLATE "C",
  UNIQUE (channel, "offset")
);
CREATE INDEX entries_by_subject ON regulens.entries (channel, subject, "offset");

CREATE TABLE regulens.known (
  actor uuid NOT NULL, -- actors
  scope text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  request_hash text,
  positions text NOT NULL,
  result text,
  PRIMARY KEY (actor, scope, message_id)
);

CREATE TABLE regulens.views (
  name text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL
);

CREATE TABLE regulens.view_rows (
  view text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  sort double precision NOT NULL,
  data text NOT NULL,
  PRIMARY KEY (view, key)
);
CREATE INDEX view_rows_by_sort ON regulens.view_rows (view, sort, key);

CREATE TABLE regulens.checkpoints (
  number bigint PRIMARY KEY,
  seq bigint NOT NULL, -- the last entry it covers
  text text NOT NULL,
  public_key text NOT NULL,
  signature text NOT NULL
);

-- To be called once after an older state of the database was put back: readers who had seen
-- more are then not believed to be ahead. Nodes that run are made to start anew.
CREATE FUNCTION regulens.start_epoch() RETURNS text LANGUAGE sql AS $$
  INSERT INTO regulens.epochs
  SELECT max(number) + 1, gen_random_uuid()::text, (SELECT seq FROM regulens.counter)
  FROM regulens.epochs;
  UPDATE regulens.counter SET fence = fence + 1;
  SELECT epoch FROM regulens.epochs ORDER BY number DESC LIMIT 1
$$;
