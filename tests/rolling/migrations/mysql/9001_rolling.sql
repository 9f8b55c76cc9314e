-- A step as the next release might bring, for the suite `rolling` alone: tables that every sale writes get a column, an index and a
-- neighbour. It is compiled into frontrow_next, which is never installed.
CREATE TABLE IF NOT EXISTS rolling_notes (
  reservation_id BIGINT NOT NULL PRIMARY KEY,
  note VARCHAR(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE reservations ADD COLUMN rolling_note VARCHAR(64) CHARACTER SET utf8mb4, ALGORITHM=INSTANT', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'reservations' AND column_name = 'rolling_note');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE seats ADD COLUMN rolling_mark TINYINT NOT NULL DEFAULT 0, ALGORITHM=INSTANT', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'seats' AND column_name = 'rolling_mark');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE payments ADD INDEX idx_rolling_paid (paid_at), LOCK=NONE', 'DO 0')
  FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'payments' AND index_name = 'idx_rolling_paid');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
