-- How many seats of a date are AVAILABLE, so that a list of dates need not read any seat. A commit that takes or frees seats
-- changes it in the row whose version it raises anyway. Seats of holds that are over but not yet recorded are not in it.
-- The number is right if its version is the row's.
ALTER TABLE schedules ADD COLUMN available_seats INTEGER NOT NULL DEFAULT 0 CHECK (available_seats >= 0);
ALTER TABLE schedules ADD COLUMN available_version INTEGER NOT NULL DEFAULT -1;
UPDATE schedules SET available_version = version, available_seats = (SELECT count(*) FROM seats
  WHERE seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count AND status = 'AVAILABLE');
