-- The end of a date's sale, the time zone of a concert, deleted concerts, and events of an operator's changes.

ALTER TABLE concerts ADD COLUMN version INTEGER NOT NULL DEFAULT 0 CHECK (version >= 0);
ALTER TABLE concerts ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';  -- '': the setting default-time-zone
ALTER TABLE concerts ADD COLUMN sales_end_offset_minutes INTEGER NOT NULL DEFAULT 0
  CHECK (sales_end_offset_minutes BETWEEN -10080 AND 1440);
ALTER TABLE concerts ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted = 0 OR deleted = 1);

-- The version of the seat map that last gave a section another name.
ALTER TABLE schedules ADD COLUMN sections_version INTEGER NOT NULL DEFAULT 0 CHECK (sections_version >= 0);

-- A command of an operator reads all sections of the date.
CREATE INDEX idx_section_schedule ON sections (schedule_id);

-- The table is rebuilt, because SQLite cannot change a CHECK.
CREATE TABLE events_with_changes (
  id INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,  -- 1 reservation.created, 2 .expired, 3 .cancelled, 4 payment.completed, 5 queue.activated, 6 concert.changed, 7 schedule.changed
  reservation_id INTEGER,
  seq INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  concert_id INTEGER,  -- for types 5, 6 and 7
  ticket INTEGER,      -- this and the next: for queue.activated
  user_id INTEGER,
  traceparent TEXT,
  schedule_id INTEGER,  -- for schedule.changed
  changes TEXT,         -- for types 6 and 7: a JSON object
  CHECK ((type BETWEEN 1 AND 4 AND reservation_id IS NOT NULL AND seq >= 1)
      OR (type = 5 AND reservation_id IS NULL AND seq = 0 AND concert_id IS NOT NULL AND ticket IS NOT NULL AND user_id IS NOT NULL)
      OR (type >= 6 AND reservation_id IS NULL AND seq >= 1 AND concert_id IS NOT NULL AND changes IS NOT NULL))
) STRICT;

INSERT INTO events_with_changes (id, type, reservation_id, seq, occurred_at, concert_id, ticket, user_id, traceparent)
  SELECT id, type, reservation_id, seq, occurred_at, concert_id, ticket, user_id, traceparent FROM events;
DROP TABLE events;
ALTER TABLE events_with_changes RENAME TO events;
