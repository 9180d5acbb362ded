-- Who numbers which topic. A row outlives its owner: the next one goes on with its history.
CREATE TABLE regulens.topic_owners (
  channel text COLLATE "C" PRIMARY KEY,
  node text COLLATE "C", -- NULL: given up
  epoch text NOT NULL, -- the life of the topic that it numbers
  claim bigint NOT NULL, -- of two owners the one with the higher is the later
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX topic_owners_by_node ON regulens.topic_owners (node);
CREATE INDEX topic_owners_by_age ON regulens.topic_owners (claimed_at);

CREATE SEQUENCE regulens.topic_claims;

-- Answers with the owner, who is `this_node` from now on if there was none whose lease runs.
-- `held` is the epoch this node would go on with: kept if nobody took the topic meanwhile.
CREATE FUNCTION regulens.topic_claim(
  this_channel text, this_node text, new_epoch text, held text
) RETURNS TABLE (node text, epoch text, claim bigint, previous text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  known regulens.topic_owners;
BEGIN
  -- Lost in a crash it costs an epoch, no more: not worth a flush of the disk.
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT * INTO known FROM regulens.topic_owners AS o WHERE o.channel = this_channel FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO regulens.topic_owners AS o (channel, node, epoch, claim)
    VALUES (this_channel, this_node, new_epoch, nextval('regulens.topic_claims'))
    ON CONFLICT (channel) DO NOTHING RETURNING o.* INTO known;
    IF FOUND THEN
      RETURN QUERY SELECT known.node, known.epoch, known.claim, NULL::text;
      RETURN;
    END IF;
    -- Another was first.
    SELECT * INTO known FROM regulens.topic_owners AS o WHERE o.channel = this_channel FOR UPDATE;
  END IF;
  IF known.node = this_node AND known.epoch = held OR known.node <> this_node AND EXISTS (
    SELECT FROM regulens.nodes AS n WHERE n.node = known.node AND n.until > clock_timestamp()
  ) THEN
    RETURN QUERY SELECT known.node, known.epoch, known.claim, NULL::text;
    RETURN;
  END IF;
  RETURN QUERY
    UPDATE regulens.topic_owners AS o
    SET node = this_node, epoch = new_epoch, claim = nextval('regulens.topic_claims'),
      claimed_at = clock_timestamp()
    WHERE o.channel = this_channel
    RETURNING o.node, o.epoch, o.claim, known.epoch;
END
$$;

-- Gives up what this node owns, and forgets topics that nobody has owned for a day.
CREATE FUNCTION regulens.topic_release(this_node text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE regulens.topic_owners AS o SET node = NULL WHERE o.node = this_node;
  DELETE FROM regulens.topic_owners AS o
  WHERE o.claimed_at < clock_timestamp() - interval '1 day' AND NOT EXISTS (
    SELECT FROM regulens.nodes AS n WHERE n.node = o.node
  );
END
$$;
