-- The nodes of a house, and the bus between them: what no log keeps.

-- Who lives. Not unlogged: after a crash of the server the living must not seem dead.
CREATE TABLE regulens.nodes (
  node text COLLATE "C" PRIMARY KEY, -- one life of one process
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL,
  until timestamptz NOT NULL -- by this server's clock: from then on it counts as dead
) WITH (fillfactor = 50);

-- Messages on their way; they go after half a minute. A crash of the server empties it.
CREATE UNLOGGED TABLE regulens.bus (
  id bigserial PRIMARY KEY, -- grows in the order of commits: see bus_publish
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sender text COLLATE "C" NOT NULL,
  seq bigint NOT NULL, -- the sender's own number: what came twice has the same
  target text COLLATE "C", -- NULL: every node
  subject text COLLATE "C" NOT NULL,
  body text NOT NULL -- JSON
);

-- Its one row goes with the messages; a reader that finds another life has lost some.
CREATE UNLOGGED TABLE regulens.bus_state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  life uuid NOT NULL DEFAULT gen_random_uuid(),
  trimmed bigint NOT NULL DEFAULT 0 -- the last message deleted for its age
);

-- Writes messages in the order of the arrays, and wakes those they are for. The lock is held
-- to the end of the transaction, so no id becomes visible after a higher one: readers go on
-- from the last id they saw. Nothing here is worth a flush of the disk.
CREATE FUNCTION regulens.bus_publish(
  from_node text, seqs bigint[], targets text[], subjects text[], bodies text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_xact_lock(7261002202);
  INSERT INTO regulens.bus_state DEFAULT VALUES ON CONFLICT DO NOTHING;
  INSERT INTO regulens.bus (sender, seq, target, subject, body)
  SELECT from_node, m.seq, m.target, m.subject, m.body
  FROM unnest(seqs, targets, subjects, bodies) AS m (seq, target, subject, body)
  ORDER BY m.seq;
  -- "sender *", or "sender target target".
  PERFORM pg_notify('regulens_bus', from_node || ' ' || CASE
    WHEN array_position(targets, NULL) IS NOT NULL THEN '*'
    ELSE (SELECT string_agg(DISTINCT t, ' ') FROM unnest(targets) AS t)
  END);
END
$$;

-- Deletes at most `most` messages older than `age`, unless another node is at it. Answers how many.
CREATE FUNCTION regulens.bus_trim(age interval, most integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  gone bigint := 0;
  last bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7261002203) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  WITH oldest AS (
    SELECT id, at FROM regulens.bus ORDER BY id LIMIT most
  ), deleted AS (
    DELETE FROM regulens.bus AS b USING oldest AS o
    WHERE b.id = o.id AND o.at < clock_timestamp() - age
    RETURNING b.id
  )
  SELECT count(*), max(id) INTO gone, last FROM deleted;
  UPDATE regulens.bus_state SET trimmed = greatest(trimmed, last) WHERE gone > 0;
  RETURN gone;
END
$$;

-- Holds a node's lease, and answers with all that run.
CREATE FUNCTION regulens.node_renew(this_node text, lease interval)
RETURNS TABLE (node text, remaining_ms double precision) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO regulens.nodes AS n (node, seen_at, until)
  VALUES (this_node, clock_timestamp(), clock_timestamp() + lease)
  ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at, until = excluded.until;
  DELETE FROM regulens.nodes AS n WHERE n.until < clock_timestamp() - interval '1 day';
  RETURN QUERY
    SELECT n.node, extract(epoch FROM n.until - clock_timestamp())::double precision * 1000
    FROM regulens.nodes AS n WHERE n.until > clock_timestamp();
END
$$;
