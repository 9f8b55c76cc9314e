-- Accounts of the people who run the sale, and what they did.

CREATE TABLE operators (
  id INTEGER PRIMARY KEY CHECK (id >= 1),
  name TEXT NOT NULL CHECK (name <> ''),
  role TEXT NOT NULL,
  token_hash BLOB NOT NULL CHECK (length(token_hash) = 32),  -- SHA-256: the token is random and 256 bits long
  made_at INTEGER NOT NULL,
  expires_at INTEGER,  -- null: never
  revoked_at INTEGER,  -- set once; the row stays, because deeds refer to it
  CHECK (role = 'VIEWER' OR role = 'DOOR' OR role = 'BOX_OFFICE' OR role = 'MANAGER' OR role = 'OWNER')
) STRICT;

CREATE UNIQUE INDEX idx_operator_token ON operators (token_hash);
CREATE UNIQUE INDEX idx_operator_name ON operators (name) WHERE revoked_at IS NULL;

-- One row for each change, in the transaction of the change. Numbers have no gap; each row has the hash of the row before.
CREATE TABLE deeds (
  id INTEGER PRIMARY KEY CHECK (id >= 1),
  at INTEGER NOT NULL,
  operator_id INTEGER,           -- null: no account; the name says what
  operator_name TEXT NOT NULL,   -- as it was then
  address TEXT NOT NULL,         -- '': it came from no other machine
  what TEXT NOT NULL,
  concert_id INTEGER,
  concert_version INTEGER NOT NULL,  -- that the concert has since
  schedule_id INTEGER,
  subject_id INTEGER,            -- the account that was added or revoked
  changes TEXT NOT NULL,         -- a JSON object: what each field was and is
  previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE UNIQUE INDEX idx_deed_concert ON deeds (concert_id, concert_version) WHERE concert_id IS NOT NULL;
CREATE INDEX idx_deed_subject ON deeds (subject_id) WHERE subject_id IS NOT NULL;

CREATE TRIGGER deeds_never_change BEFORE UPDATE ON deeds
BEGIN SELECT RAISE(ABORT, 'a deed never changes'); END;

CREATE TRIGGER deeds_never_go BEFORE DELETE ON deeds
BEGIN SELECT RAISE(ABORT, 'a deed never goes'); END;

-- The end of the chain.
CREATE TABLE deed_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last_id INTEGER NOT NULL CHECK (last_id >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

INSERT INTO deed_head (id, last_id, hash) VALUES (1, 0, zeroblob(32));

-- The version after which each change of the concert has a deed. -1: its making has one, too.
ALTER TABLE concerts ADD COLUMN deeds_since INTEGER NOT NULL DEFAULT -1;
UPDATE concerts SET deeds_since = version;
