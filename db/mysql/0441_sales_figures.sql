-- The sales figures of a date, so that an operator's look at them counts no seat and no reservation. A commit that begins or ends
-- reservations changes them in the row whose version it raises anyway.
--
-- They are right if their version is the row's. A pod of an older release, which sells during and after this step, raises the row's
-- version only: the figures are then counted by each look, and put right by one at which the date is not sold from.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE schedules ADD COLUMN held_seats BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN sold_seats BIGINT NOT NULL DEFAULT 0, ADD COLUMN sales_made BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN sales_confirmed BIGINT NOT NULL DEFAULT 0, ADD COLUMN sales_expired BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN sales_cancelled BIGINT NOT NULL DEFAULT 0, ADD COLUMN sales_revenue BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN sales_version BIGINT NOT NULL DEFAULT -1', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'schedules' AND column_name = 'sales_version');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- Counted in one snapshot, with the versions of that snapshot and without a lock on a row of the sale. The figures of a date that was
-- sold from meanwhile are of another version by now.
CREATE TABLE IF NOT EXISTS counted_sales (
  schedule_id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  held BIGINT NOT NULL,
  sold BIGINT NOT NULL,
  made BIGINT NOT NULL,
  confirmed BIGINT NOT NULL,
  expired BIGINT NOT NULL,
  cancelled BIGINT NOT NULL,
  revenue BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
DELETE FROM counted_sales;
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
INSERT INTO counted_sales (schedule_id, version, held, sold, made, confirmed, expired, cancelled, revenue)
  SELECT schedules.id, version,
    (SELECT count(*) FROM seats FORCE INDEX (idx_seat_covering)
      WHERE seats.schedule_id = schedules.id AND seats.status = 'TEMPORARILY_RESERVED'),
    (SELECT count(*) FROM seats FORCE INDEX (idx_seat_covering)
      WHERE seats.schedule_id = schedules.id AND seats.status = 'RESERVED'),
    coalesce(made, 0), coalesce(confirmed, 0), coalesce(expired, 0), coalesce(cancelled, 0), coalesce(revenue, 0)
  FROM schedules LEFT JOIN (SELECT schedule_id, count(*) AS made, sum(status = 'CONFIRMED') AS confirmed,
      sum(status = 'EXPIRED') AS expired, sum(status = 'CANCELLED') AS cancelled, sum(IF(status = 'CONFIRMED', amount, 0)) AS revenue
    FROM reservations GROUP BY schedule_id) counted ON counted.schedule_id = schedules.id;
UPDATE schedules JOIN counted_sales ON schedule_id = schedules.id AND counted_sales.version = schedules.version
  SET held_seats = held, sold_seats = sold, sales_made = made, sales_confirmed = confirmed, sales_expired = expired,
    sales_cancelled = cancelled, sales_revenue = revenue, sales_version = counted_sales.version;
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
DROP TABLE counted_sales;
