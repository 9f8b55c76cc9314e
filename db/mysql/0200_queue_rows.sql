-- The waiting room is rows. Joins, claims and ticks lock a queue's row; the batch that has locked a user locks the user's tickets.
-- Numbers given and called carry over from the earlier marks. Each step can be run again.

SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE queues
       ADD COLUMN late BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN lapsed BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN active BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN expected BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN admitted BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN is_on TINYINT NOT NULL DEFAULT 1,
       ADD COLUMN free_upto BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN free_until BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN has_free_seats TINYINT NOT NULL DEFAULT 1,
       ADD COLUMN without_seats_at BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN version BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN ticker BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN ticker_until BIGINT NOT NULL DEFAULT 0,
       ADD COLUMN memory MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin,
       ADD CONSTRAINT queue_counts CHECK (late BETWEEN 0 AND front AND lapsed BETWEEN 0 AND front AND active >= 0 AND version >= 0)',
    'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'queues' AND column_name = 'version');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) > 0,
    'INSERT INTO queues (concert_id, tail, front) SELECT concert_id, tail, tail FROM queue_marks
       ON DUPLICATE KEY UPDATE tail = GREATEST(queues.tail, VALUES(tail)), front = GREATEST(queues.tail, VALUES(tail))',
    'DO 0')
  FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'queue_marks');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

DROP TABLE IF EXISTS queue_marks;

-- A user has one row a concert, which a rejoin overwrites: a ticket with another number than the row's has ended.
SET @step = (SELECT IF(count(*) = 0, 'DROP TABLE IF EXISTS tickets', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'tickets' AND column_name = 'back_by');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

CREATE TABLE IF NOT EXISTS tickets (
  concert_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  state TINYINT NOT NULL,  -- 0 waiting, 1 active, 2 ended
  was_paid TINYINT NOT NULL,  -- ended: COMPLETED, else EXPIRED
  issued_at BIGINT NOT NULL,
  admitted_at BIGINT NOT NULL,  -- 0: not yet
  seen_at BIGINT NOT NULL,      -- mostly 0: presence is kept elsewhere
  back_by BIGINT NOT NULL,      -- for a called person who found no place: expected again until then
  waiting_number BIGINT GENERATED ALWAYS AS (IF(state = 0, number, NULL)) STORED,
  refused_number BIGINT GENERATED ALWAYS AS (IF(state = 0 AND back_by > 0, number, NULL)) STORED,
  active_since BIGINT GENERATED ALWAYS AS (IF(state = 1, admitted_at, NULL)) STORED,
  PRIMARY KEY (concert_id, user_id),
  UNIQUE INDEX idx_ticket_waiting (concert_id, waiting_number),
  INDEX idx_ticket_refused (concert_id, refused_number, back_by),
  INDEX idx_ticket_active (concert_id, active_since),
  CONSTRAINT ticket_facts CHECK (number >= 1 AND state BETWEEN 0 AND 2 AND was_paid IN (0, 1) AND (state <> 1 OR admitted_at > 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Numbers that were left while they waited: no position counts them as ahead any more.
CREATE TABLE IF NOT EXISTS queue_left (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  concert_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  INDEX idx_left_concert (concert_id, id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
