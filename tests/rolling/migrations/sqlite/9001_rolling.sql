-- A step as the next release might bring, for the suite `rolling` alone. It is compiled into frontrow_next, which is never installed.
CREATE TABLE rolling_notes (
  reservation_id INTEGER PRIMARY KEY,
  note TEXT NOT NULL
) STRICT;

ALTER TABLE reservations ADD COLUMN rolling_note TEXT;
ALTER TABLE seats ADD COLUMN rolling_mark INTEGER NOT NULL DEFAULT 0;
CREATE INDEX idx_rolling_paid ON payments (paid_at);
