-- How many seats of a date are AVAILABLE, so that a list of dates need not read any seat. A commit that takes or frees seats
-- changes it in the row whose version it raises anyway. Seats of holds that are over but not yet recorded are not in it.
--
-- The number is right if its version is the row's. A pod of an older release, which sells during and after this step, raises
-- the row's version only: the next commit of a newer pod counts again.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE schedules ADD COLUMN available_seats BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN available_version BIGINT NOT NULL DEFAULT -1', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'schedules' AND column_name = 'available_version');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- Counted in one snapshot, with the versions of that snapshot and without a lock on a seat. A date that was sold from meanwhile has
-- another version by now, and its number stays unknown.
CREATE TABLE IF NOT EXISTS counted_seats (
  schedule_id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  available BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
DELETE FROM counted_seats;
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
INSERT INTO counted_seats (schedule_id, version, available)
  SELECT id, version, (SELECT count(*) FROM seats FORCE INDEX (idx_seat_covering)
    WHERE seats.schedule_id = schedules.id AND seats.status = 'AVAILABLE') FROM schedules;
UPDATE schedules JOIN counted_seats ON schedule_id = schedules.id AND counted_seats.version = schedules.version
  SET available_seats = available, available_version = counted_seats.version;
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
DROP TABLE counted_seats;
