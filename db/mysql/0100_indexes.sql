-- Each question that a buyer or an operator waits for finds its rows by an index, however many of other people's there are. MySQL has
-- no ADD INDEX IF NOT EXISTS, and a step may be taken again that was broken off after its change.

-- What a hold asks: the live reservations of one user in one concert. The index keeps its name, because a pod of the version before
-- names it: to that pod its first column is enough.
SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE reservations DROP INDEX idx_reservation_user_status, ADD INDEX idx_reservation_user_status (user_id, concert_id, status)',
    'DO 0')
  FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'reservations'
    AND index_name = 'idx_reservation_user_status' AND column_name = 'concert_id');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- A user's own list, newest first; the id is in it by itself.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE reservations ADD INDEX idx_reservation_user_time (user_id, created_at)', 'DO 0')
  FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'reservations'
    AND index_name = 'idx_reservation_user_time');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- Sales figures.
SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE reservations ADD INDEX idx_reservation_concert_status (concert_id, status, amount)',
    'DO 0')
  FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'reservations'
    AND index_name = 'idx_reservation_concert_status');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
