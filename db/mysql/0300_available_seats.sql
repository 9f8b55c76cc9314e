-- How many seats of a date are AVAILABLE, so that a list of dates need not read any seat. A commit that takes or frees seats
-- changes it in the row whose version it raises anyway. Seats of holds that are over but not yet recorded are not in it.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE schedules ADD COLUMN available_seats BIGINT NOT NULL DEFAULT 0', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'schedules' AND column_name = 'available_seats');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

UPDATE schedules SET available_seats = (SELECT count(*) FROM seats
  WHERE seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count AND status = 'AVAILABLE');
