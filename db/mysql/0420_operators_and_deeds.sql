-- Accounts of the people who run the sale, and what they did. The triggers that keep deeds as they are come with the start of a pod
-- (adapters/mysql/deed_triggers): not every server lets every user make them.

CREATE TABLE IF NOT EXISTS operators (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  role ENUM('VIEWER', 'DOOR', 'BOX_OFFICE', 'MANAGER', 'OWNER') NOT NULL,
  token_hash BINARY(32) NOT NULL,  -- SHA-256: the token is random and 256 bits long
  made_at BIGINT NOT NULL,
  expires_at BIGINT,  -- null: never
  revoked_at BIGINT,  -- set once; the row stays, because deeds refer to it
  live_name VARCHAR(255) GENERATED ALWAYS AS (IF(revoked_at IS NULL, name, NULL)) STORED,
  UNIQUE INDEX idx_operator_token (token_hash),
  UNIQUE INDEX idx_operator_name (live_name),
  CONSTRAINT operator_facts CHECK (id >= 1 AND name <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row for each change, in the transaction of the change. Numbers have no gap; each row has the hash of the row before.
CREATE TABLE IF NOT EXISTS deeds (
  id BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  operator_id BIGINT,                   -- null: no account; the name says what
  operator_name VARCHAR(255) NOT NULL,  -- as it was then
  address VARCHAR(64) NOT NULL,         -- '': it came from no other machine
  what VARCHAR(32) NOT NULL,
  concert_id BIGINT,
  concert_version BIGINT NOT NULL,  -- that the concert has since
  schedule_id BIGINT,
  subject_id BIGINT,                -- the account that was added or revoked
  changes MEDIUMTEXT NOT NULL,      -- a JSON object: what each field was and is
  previous_hash BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  UNIQUE INDEX idx_deed_concert (concert_id, concert_version),
  INDEX idx_deed_subject (subject_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The end of the chain, and the lock of all who add to it.
CREATE TABLE IF NOT EXISTS deed_head (
  id TINYINT NOT NULL PRIMARY KEY,
  last_id BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  CONSTRAINT deed_head_is_one_row CHECK (id = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO deed_head (id, last_id, hash) VALUES (1, 0, UNHEX(REPEAT('0', 64))) ON DUPLICATE KEY UPDATE last_id = last_id;

-- The version after which each change of the concert has a deed. -1: its making has one, too. A pod of an older release makes no deeds:
-- until the last one is gone, the audit names its changes.
SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE concerts ADD COLUMN deeds_since BIGINT NOT NULL DEFAULT -2',
    'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'concerts' AND column_name = 'deeds_since');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

UPDATE concerts SET deeds_since = version WHERE deeds_since = -2;
ALTER TABLE concerts ALTER COLUMN deeds_since SET DEFAULT -1;
