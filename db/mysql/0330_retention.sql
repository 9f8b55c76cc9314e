-- Rows that are deleted after a time: idempotency keys, events, tickets of ended sales, and records of batches.

-- The oldest of each, without reading the others. Entries are appended.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE idempotency ADD INDEX idx_key_age (created_at)', 'DO 0')
  FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'idempotency' AND index_name = 'idx_key_age');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE batch_log ADD INDEX idx_batch_age (at)', 'DO 0')
  FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'batch_log' AND index_name = 'idx_batch_age');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- All events with an id up to `settled` are numbered, or were never committed. The relay reads on from there, and passes over no row that
-- has been deleted and is kept only for an old snapshot.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE feed ADD COLUMN settled BIGINT NOT NULL DEFAULT 0', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'feed' AND column_name = 'settled');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

UPDATE feed SET settled = coalesce((SELECT min(id) - 1 FROM events WHERE feed_id IS NULL), (SELECT max(id) FROM events), 0)
  WHERE settled = 0;

-- The same for a shard of the outbox: all events with an id up to here are delivered.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE relay_leases ADD COLUMN delivered BIGINT NOT NULL DEFAULT 0', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'relay_leases' AND column_name = 'delivered');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- The end of each shard, so that a search in it ends there: without a row, the server would pass over all deleted ones of the next
-- shards as well.
INSERT INTO outbox (shard, event_id) SELECT shard, 9223372036854775807 FROM (SELECT 0 AS shard UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10 UNION SELECT 11 UNION SELECT 12 UNION SELECT 13 UNION SELECT 14 UNION SELECT 15) shards
  ON DUPLICATE KEY UPDATE event_id = VALUES(event_id);

-- Where the feed begins. Events with a number below `first_id` have been deleted, in the transaction that moved it.
CREATE TABLE IF NOT EXISTS event_horizon (
  id TINYINT NOT NULL PRIMARY KEY,
  first_id BIGINT NOT NULL,
  gone_until BIGINT NOT NULL,  -- the time of the newest deleted event
  CONSTRAINT event_horizon_is_one_row CHECK (id = 1 AND first_id >= 1 AND gone_until >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO event_horizon (id, first_id, gone_until) SELECT 1, coalesce(min(feed_id), 1), 0 FROM events
  ON DUPLICATE KEY UPDATE gone_until = event_horizon.gone_until;

-- Work that one pod does for all.
CREATE TABLE IF NOT EXISTS chore_leases (
  chore VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  owner BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO chore_leases (chore, owner, ends_at) VALUES ('retention', 0, 0) ON DUPLICATE KEY UPDATE owner = owner;
