-- What signs people in on any node: tickets that were used, and secrets the nodes share.

-- Logged, unlike most that lives for seconds: a crash empties an unlogged table, and a ticket
-- that was used would be good again.
CREATE TABLE regulens.spent_tickets (
  nonce text COLLATE "C" PRIMARY KEY,
  spent_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX spent_tickets_by_age ON regulens.spent_tickets (spent_at);

-- Made by the first node that starts without one of its own.
CREATE TABLE regulens.kept_secrets (
  name text COLLATE "C" PRIMARY KEY,
  value text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
