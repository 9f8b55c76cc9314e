-- Version 1: the whole sale on one machine. docs/erd.md draws it and gives the reason for each index, and for each
-- missing one.
--
-- Times are UTC milliseconds, amounts are points, ids come from id_blocks. A CHECK with a choice is written with OR,
-- because IN with three or more literals costs 2 µs a row. Rows are narrow, because a commit writes whole pages.

-- The catalog ------------------------------------------------------------------------------------------------------------------------

CREATE TABLE concerts (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 4294967295),  -- a ticket carries it in four bytes
  title TEXT NOT NULL,
  artist TEXT NOT NULL,  -- '': not given
  venue TEXT NOT NULL,
  booking_opens_at INTEGER,  -- null: no bound on that side
  booking_closes_at INTEGER,
  queue_enabled INTEGER NOT NULL CHECK (queue_enabled = 0 OR queue_enabled = 1),
  queue_max_active INTEGER NOT NULL CHECK (queue_max_active >= 1),
  queue_admissions_per_second INTEGER NOT NULL CHECK (queue_admissions_per_second >= 1),
  CHECK (booking_opens_at IS NULL OR booking_closes_at IS NULL OR booking_opens_at < booking_closes_at)
) STRICT;

CREATE TABLE schedules (
  id INTEGER PRIMARY KEY CHECK (id >= 1),
  concert_id INTEGER NOT NULL REFERENCES concerts (id),
  starts_at INTEGER NOT NULL,
  first_seat_id INTEGER NOT NULL,  -- its seats have consecutive ids from here
  seat_count INTEGER NOT NULL CHECK (seat_count >= 0),
  version INTEGER NOT NULL CHECK (version >= 0)  -- of the seat map: raised by each commit that changes one of its seats
) STRICT;

CREATE TABLE sections (
  id INTEGER PRIMARY KEY CHECK (id >= 1),
  schedule_id INTEGER NOT NULL REFERENCES schedules (id),
  name TEXT NOT NULL
) STRICT;

CREATE TABLE seats (
  id INTEGER PRIMARY KEY CHECK (id >= 1),
  schedule_id INTEGER NOT NULL REFERENCES schedules (id),
  section_id INTEGER NOT NULL REFERENCES sections (id),
  row INTEGER NOT NULL CHECK (row >= 0),  -- 0: the schedule has no rows
  number INTEGER NOT NULL CHECK (number >= 1),
  price INTEGER NOT NULL CHECK (price BETWEEN 1 AND 10000000),
  status TEXT NOT NULL,
  reservation_id INTEGER REFERENCES reservations (id),
  held_until INTEGER,
  CHECK ((status = 'AVAILABLE' AND reservation_id IS NULL AND held_until IS NULL)
      OR (status = 'TEMPORARILY_RESERVED' AND reservation_id IS NOT NULL AND held_until IS NOT NULL)
      OR (status = 'RESERVED' AND reservation_id IS NOT NULL AND held_until IS NULL))
) STRICT;

-- Reservations -----------------------------------------------------------------------------------------------------------------------

CREATE TABLE reservations (
  id INTEGER PRIMARY KEY CHECK (id >= 1),
  user_id INTEGER NOT NULL,
  concert_id INTEGER NOT NULL,
  schedule_id INTEGER NOT NULL REFERENCES schedules (id),
  status TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 1),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,  -- set once
  ended_at INTEGER,             -- when it left TEMPORARY
  ticket_number INTEGER NOT NULL CHECK (ticket_number >= 0),  -- 0: made without a ticket
  last_seq INTEGER NOT NULL CHECK (last_seq >= 1),            -- of its last event
  CHECK ((status = 'TEMPORARY' AND ended_at IS NULL)
      OR ((status = 'CONFIRMED' OR status = 'EXPIRED' OR status = 'CANCELLED') AND ended_at IS NOT NULL)),
  CHECK (expires_at >= created_at)
) STRICT;

CREATE INDEX idx_reservation_user_status ON reservations (user_id, status);

CREATE TABLE reservation_seats (
  reservation_id INTEGER NOT NULL REFERENCES reservations (id),
  seat_id INTEGER NOT NULL REFERENCES seats (id),
  number INTEGER NOT NULL,
  price INTEGER NOT NULL CHECK (price BETWEEN 1 AND 10000000),  -- as it was when held
  live INTEGER NOT NULL CHECK (live = 0 OR live = 1),           -- the reservation is TEMPORARY or CONFIRMED
  PRIMARY KEY (reservation_id, seat_id)
) STRICT, WITHOUT ROWID;

-- Rule S1: one buyer per seat, even if the code fails.
CREATE UNIQUE INDEX idx_active_seat_reservation ON reservation_seats (seat_id) WHERE live;

-- Money -----------------------------------------------------------------------------------------------------------------------------

CREATE TABLE accounts (
  user_id INTEGER PRIMARY KEY CHECK (user_id >= 1),
  balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991)
) STRICT;

-- Two lines for each entry, which sum to zero: the user's, and its mirror under a pseudo account, which has lines only:
-- -1 TOPUP (charges come out of it), -2 SALES (payments go into it).
CREATE TABLE ledger (
  account INTEGER NOT NULL CHECK (account >= 1 OR account = -1 OR account = -2),
  entry_id INTEGER NOT NULL CHECK (entry_id >= 1),
  amount INTEGER NOT NULL CHECK (amount <> 0),
  reservation_id INTEGER,  -- of a payment
  at INTEGER NOT NULL,
  PRIMARY KEY (account, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_lines_never_change BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'a ledger line never changes'); END;

CREATE TRIGGER ledger_lines_never_go BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'a ledger line never goes'); END;

-- The key makes a second payment of one reservation impossible (M2).
CREATE TABLE payments (
  reservation_id INTEGER PRIMARY KEY REFERENCES reservations (id),
  id INTEGER NOT NULL CHECK (id >= 1),
  user_id INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 1),
  balance INTEGER NOT NULL CHECK (balance >= 0),  -- of the user, after the payment
  paid_at INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
  owner INTEGER NOT NULL,      -- 0: the administrator
  operation INTEGER NOT NULL,  -- 1 join, 2 hold, 3 pay, 4 charge, 5 create a concert, 6 add schedules
  key_hash BLOB NOT NULL CHECK (length(key_hash) = 16),
  fingerprint INTEGER NOT NULL,
  result INTEGER NOT NULL,
  v1 INTEGER NOT NULL,
  v2 INTEGER NOT NULL,
  v3 INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner, operation, key_hash)
) STRICT, WITHOUT ROWID;

-- Events -----------------------------------------------------------------------------------------------------------------------------

-- One row for each fact, in the order of commits. The feed reads all other fields from the reservation, whose facts
-- never change.
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,  -- 1 reservation.created, 2 .expired, 3 .cancelled, 4 payment.completed, 5 queue.activated
  reservation_id INTEGER,
  seq INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  concert_id INTEGER,  -- this and the next two: for queue.activated
  ticket INTEGER,
  user_id INTEGER,
  CHECK ((type BETWEEN 1 AND 4 AND reservation_id IS NOT NULL AND seq >= 1)
      OR (type = 5 AND reservation_id IS NULL AND seq = 0 AND concert_id IS NOT NULL AND ticket IS NOT NULL AND user_id IS NOT NULL))
) STRICT;

-- The waiting room ------------------------------------------------------------------------------------------------------------------

CREATE TABLE queues (
  concert_id INTEGER PRIMARY KEY REFERENCES concerts (id),
  tail INTEGER NOT NULL,   -- last number given
  front INTEGER NOT NULL,  -- highest number called
  CHECK (front BETWEEN 0 AND tail)
) STRICT;

-- Live tickets only: the end of a ticket is derived from its reservations.
CREATE TABLE tickets (
  concert_id INTEGER NOT NULL REFERENCES concerts (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  user_id INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state = 0 OR state = 1),  -- 0 waiting, 1 active
  issued_at INTEGER NOT NULL,
  admitted_at INTEGER,
  PRIMARY KEY (concert_id, number),
  CHECK (state = 0 OR admitted_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- Ids -------------------------------------------------------------------------------------------------------------------------------

-- `next` and all higher ids have never been given out. Written ahead of use.
CREATE TABLE id_blocks (
  kind TEXT PRIMARY KEY,
  next INTEGER NOT NULL CHECK (next BETWEEN 1 AND 9007199254740991)
) STRICT, WITHOUT ROWID;

INSERT INTO id_blocks (kind, next) VALUES
  ('concert', 1), ('schedule', 1), ('section', 1), ('seat', 1), ('reservation', 1), ('payment', 1), ('ledger_entry', 1);
