-- Files that jobs make, and what lists of the audit trail read out of bodies.

-- One row per file, from its first byte on. Removing the row removes what was written of it,
-- and keeps whoever still writes it from writing on.
CREATE TABLE regulens.job_files (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE, -- job and claim
  made_at bigint NOT NULL, -- ms since 1970
  bytes bigint -- NULL until it is whole
);

CREATE TABLE regulens.job_file_chunks (
  file bigint NOT NULL REFERENCES regulens.job_files ON DELETE CASCADE,
  number integer NOT NULL,
  chunk bytea NOT NULL,
  PRIMARY KEY (file, number)
);
-- They hold JSON full of hashes, which does not get smaller.
ALTER TABLE regulens.job_file_chunks ALTER COLUMN chunk SET STORAGE EXTERNAL;

-- The `event` of a body; NULL when it has none, or is no JSON because somebody altered it.
CREATE FUNCTION regulens.event_of(body text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN body::json ->> 'event';
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;
