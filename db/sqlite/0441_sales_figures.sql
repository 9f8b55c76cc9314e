-- The sales figures of a date, so that an operator's look at them counts no seat and no reservation. A commit that begins or ends
-- reservations changes them in the row whose version it raises anyway. They are right if their version is the row's.
ALTER TABLE schedules ADD COLUMN held_seats INTEGER NOT NULL DEFAULT 0 CHECK (held_seats >= 0);
ALTER TABLE schedules ADD COLUMN sold_seats INTEGER NOT NULL DEFAULT 0 CHECK (sold_seats >= 0);
ALTER TABLE schedules ADD COLUMN sales_made INTEGER NOT NULL DEFAULT 0 CHECK (sales_made >= 0);  -- reservations in any state
ALTER TABLE schedules ADD COLUMN sales_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (sales_confirmed >= 0);
ALTER TABLE schedules ADD COLUMN sales_expired INTEGER NOT NULL DEFAULT 0 CHECK (sales_expired >= 0);
ALTER TABLE schedules ADD COLUMN sales_cancelled INTEGER NOT NULL DEFAULT 0 CHECK (sales_cancelled >= 0);
ALTER TABLE schedules ADD COLUMN sales_revenue INTEGER NOT NULL DEFAULT 0 CHECK (sales_revenue >= 0);  -- points of the confirmed ones
ALTER TABLE schedules ADD COLUMN sales_version INTEGER NOT NULL DEFAULT -1;

UPDATE schedules SET sales_version = version;
UPDATE schedules SET sales_made = made, sales_confirmed = confirmed, sales_expired = expired, sales_cancelled = cancelled,
    sales_revenue = revenue
  FROM (SELECT schedule_id, count(*) AS made, sum(status = 'CONFIRMED') AS confirmed, sum(status = 'EXPIRED') AS expired,
          sum(status = 'CANCELLED') AS cancelled, sum(iif(status = 'CONFIRMED', amount, 0)) AS revenue
        FROM reservations GROUP BY schedule_id) AS counted
  WHERE counted.schedule_id = schedules.id;
UPDATE schedules SET held_seats = (SELECT count(*) FROM seats
    WHERE seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count AND status = 'TEMPORARILY_RESERVED'),
  sold_seats = (SELECT count(*) FROM seats
    WHERE seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count AND status = 'RESERVED')
  WHERE sales_made > 0;
