-- Version 1: the whole sale on MySQL 8 or MariaDB 10.11. docs/erd.md draws it and says what each index is for and costs.
--
-- Times are UTC milliseconds, amounts are points, ids come from id_blocks. No foreign keys: a key to a row that is bumped with every
-- commit deadlocks (docs/adr/0006-resolve-before-locking.md); the audit asks what they would have said. DDL commits by itself, so every
-- statement can be run again after a crash half way.

-- What is for sale ------------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS concerts (
  id BIGINT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  artist TEXT NOT NULL,  -- '': not said
  venue TEXT NOT NULL,
  booking_opens_at BIGINT,  -- null: always open on that side
  booking_closes_at BIGINT,
  queue_enabled TINYINT NOT NULL,
  queue_max_active INT NOT NULL,
  queue_admissions_per_second INT NOT NULL,
  CONSTRAINT concert_id CHECK (id BETWEEN 1 AND 4294967295),  -- a ticket carries it in four bytes
  CONSTRAINT concert_queue CHECK (queue_enabled IN (0, 1) AND queue_max_active >= 1 AND queue_admissions_per_second >= 1),
  CONSTRAINT concert_window CHECK (booking_opens_at IS NULL OR booking_closes_at IS NULL OR booking_opens_at < booking_closes_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS schedules (
  id BIGINT NOT NULL PRIMARY KEY,
  concert_id BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  first_seat_id BIGINT NOT NULL,  -- its seats have consecutive ids from here
  seat_count INT NOT NULL,
  version BIGINT NOT NULL,  -- of the seat map: one more with every commit that changes a seat of it
  INDEX idx_schedule_concert (concert_id),
  CONSTRAINT schedule_id CHECK (id >= 1 AND seat_count >= 0 AND version >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sections (
  id BIGINT NOT NULL PRIMARY KEY,
  schedule_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  INDEX idx_section_schedule (schedule_id),
  CONSTRAINT section_id CHECK (id >= 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS seats (
  id BIGINT NOT NULL PRIMARY KEY,
  schedule_id BIGINT NOT NULL,
  section_id BIGINT NOT NULL,
  `row` INT NOT NULL,  -- 0: the schedule has no rows
  number INT NOT NULL,
  price BIGINT NOT NULL,
  status ENUM('AVAILABLE', 'TEMPORARILY_RESERVED', 'RESERVED') NOT NULL,
  reservation_id BIGINT,
  held_until BIGINT,
  INDEX idx_schedule_seat (schedule_id, number),
  INDEX idx_seat_covering (schedule_id, status, number, price),
  CONSTRAINT seat_place CHECK (id >= 1 AND `row` >= 0 AND number >= 1 AND price BETWEEN 1 AND 10000000),
  CONSTRAINT seat_of_one_mind CHECK ((status = 'AVAILABLE' AND reservation_id IS NULL AND held_until IS NULL)
    OR (status = 'TEMPORARILY_RESERVED' AND reservation_id IS NOT NULL AND held_until IS NOT NULL)
    OR (status = 'RESERVED' AND reservation_id IS NOT NULL AND held_until IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who has what ----------------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS reservations (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  concert_id BIGINT NOT NULL,
  schedule_id BIGINT NOT NULL,
  status ENUM('TEMPORARY', 'CONFIRMED', 'EXPIRED', 'CANCELLED') NOT NULL,
  amount BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,  -- set once
  ended_at BIGINT,             -- when it left TEMPORARY
  ticket_number BIGINT NOT NULL,  -- 0: made without a queue
  last_seq INT NOT NULL,          -- of its events
  due_at BIGINT GENERATED ALWAYS AS (IF(status = 'TEMPORARY', expires_at, NULL)) STORED,
  INDEX idx_reservation_user_status (user_id, status),
  INDEX idx_due_holds (due_at),  -- the sweep: nearest deadline first
  CONSTRAINT reservation_facts CHECK (id >= 1 AND amount >= 1 AND ticket_number >= 0 AND last_seq >= 1 AND expires_at >= created_at),
  CONSTRAINT reservation_end CHECK ((status = 'TEMPORARY') = (ended_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS reservation_seats (
  reservation_id BIGINT NOT NULL,
  seat_id BIGINT NOT NULL,
  number INT NOT NULL,
  price BIGINT NOT NULL,  -- as it was when held
  live TINYINT NOT NULL,  -- the reservation is TEMPORARY or CONFIRMED
  live_seat BIGINT GENERATED ALWAYS AS (IF(live, seat_id, NULL)) STORED,
  PRIMARY KEY (reservation_id, seat_id),
  -- Rule S1: one buyer per seat, whatever the code does.
  UNIQUE INDEX idx_active_seat_reservation (live_seat),
  CONSTRAINT reserved_seat CHECK (live IN (0, 1) AND price BETWEEN 1 AND 10000000)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Money -----------------------------------------------------------------------------------------------------------------------------

-- A user's row is also the guard every batch locks before it reads what the user has; 0 is the administrator's, a guard only.
CREATE TABLE IF NOT EXISTS accounts (
  user_id BIGINT NOT NULL PRIMARY KEY,
  balance BIGINT NOT NULL,
  CONSTRAINT account_balance CHECK (user_id >= 0 AND balance BETWEEN 0 AND 9007199254740991)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Two lines for each entry, which sum to zero: the user's, and its mirror under a pseudo account, which has lines only:
-- -1 TOPUP (charges come out of it), -2 SALES (payments go into it).
CREATE TABLE IF NOT EXISTS ledger (
  account BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  reservation_id BIGINT,  -- of a payment
  at BIGINT NOT NULL,
  PRIMARY KEY (account, entry_id),
  CONSTRAINT ledger_line CHECK ((account >= 1 OR account = -1 OR account = -2) AND entry_id >= 1 AND amount <> 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The key is what makes a second payment of one reservation impossible (M2).
CREATE TABLE IF NOT EXISTS payments (
  reservation_id BIGINT NOT NULL PRIMARY KEY,
  id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,  -- of the user, just after
  paid_at BIGINT NOT NULL,
  CONSTRAINT payment_amount CHECK (id >= 1 AND amount >= 1 AND balance >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS idempotency (
  owner BIGINT NOT NULL,       -- 0: the administrator
  operation TINYINT NOT NULL,  -- 1 join, 2 hold, 3 pay, 4 charge, 5 create a concert, 6 add schedules
  key_hash BINARY(16) NOT NULL,
  fingerprint BIGINT NOT NULL,
  result BIGINT NOT NULL,
  v1 BIGINT NOT NULL,
  v2 BIGINT NOT NULL,
  v3 BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (owner, operation, key_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What others are told --------------------------------------------------------------------------------------------------------------

-- One row for each fact. The id is given at insert, so it follows a reservation's transitions but not the order of commits: the feed's
-- own number is given later, without gaps, to what has been committed by then (feed.last).
CREATE TABLE IF NOT EXISTS events (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  feed_id BIGINT,         -- null: not numbered yet
  type TINYINT NOT NULL,  -- 1 reservation.created, 2 .expired, 3 .cancelled, 4 payment.completed, 5 queue.activated
  reservation_id BIGINT,
  seq INT NOT NULL,
  occurred_at BIGINT NOT NULL,
  concert_id BIGINT,  -- this and the next two: of queue.activated
  ticket BIGINT,
  user_id BIGINT,
  INDEX idx_event_feed (feed_id),
  UNIQUE INDEX idx_event_reservation_seq (reservation_id, seq),
  CONSTRAINT event_facts CHECK ((type BETWEEN 1 AND 4 AND reservation_id IS NOT NULL AND seq >= 1)
    OR (type = 5 AND reservation_id IS NULL AND seq = 0 AND concert_id IS NOT NULL AND ticket IS NOT NULL AND user_id IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row: the last number of the feed. Whoever numbers holds it.
CREATE TABLE IF NOT EXISTS feed (
  id TINYINT NOT NULL PRIMARY KEY,
  last BIGINT NOT NULL,
  CONSTRAINT feed_is_one_row CHECK (id = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO feed (id, last) VALUES (1, 0) ON DUPLICATE KEY UPDATE last = last;

-- Events not delivered yet, in shards: a reservation's events are all in one.
CREATE TABLE IF NOT EXISTS outbox (
  shard TINYINT NOT NULL,
  event_id BIGINT NOT NULL,
  PRIMARY KEY (shard, event_id),
  CONSTRAINT outbox_shard CHECK (shard BETWEEN 0 AND 15)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who delivers a shard, and until when (time of the database).
CREATE TABLE IF NOT EXISTS relay_leases (
  shard TINYINT NOT NULL PRIMARY KEY,
  owner BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  CONSTRAINT lease_shard CHECK (shard BETWEEN 0 AND 15)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The waiting room ------------------------------------------------------------------------------------------------------------------

-- In the cluster the queue itself is in Redis, and these are the marks reserved ahead of it: no number above them has been given.
CREATE TABLE IF NOT EXISTS queues (
  concert_id BIGINT NOT NULL PRIMARY KEY,
  tail BIGINT NOT NULL,   -- last number given
  front BIGINT NOT NULL,  -- highest number called
  CONSTRAINT queue_front CHECK (front BETWEEN 0 AND tail)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Of a waiting room that many machines share: reserved ahead of use, so that a room that forgets gives no number twice.
CREATE TABLE IF NOT EXISTS queue_marks (
  concert_id BIGINT NOT NULL PRIMARY KEY,
  epoch INT NOT NULL,     -- one more with every fence; 0: there was none yet
  tail BIGINT NOT NULL,   -- numbers may be given up to it
  front BIGINT NOT NULL,  -- people may be called up to it
  CONSTRAINT queue_mark CHECK (epoch BETWEEN 0 AND 65535 AND tail >= 0 AND front >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Live tickets only: what a ticket ended as is derived from its reservations.
CREATE TABLE IF NOT EXISTS tickets (
  concert_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  state TINYINT NOT NULL,  -- 0 waiting, 1 active
  issued_at BIGINT NOT NULL,
  admitted_at BIGINT,
  PRIMARY KEY (concert_id, number),
  CONSTRAINT ticket_state CHECK (number >= 1 AND (state = 0 OR (state = 1 AND admitted_at IS NOT NULL)))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The store's own ------------------------------------------------------------------------------------------------------------------

-- `next` and everything above it has never been given to anything. Written ahead of use.
CREATE TABLE IF NOT EXISTS id_blocks (
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  next BIGINT NOT NULL,
  CONSTRAINT id_block_next CHECK (next BETWEEN 1 AND 9007199254740991)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO id_blocks (kind, next) VALUES
  ('concert', 1), ('schedule', 1), ('section', 1), ('seat', 1), ('reservation', 1), ('payment', 1), ('ledger_entry', 1)
  ON DUPLICATE KEY UPDATE next = next;

-- A batch writes its random id here. Asked on a new connection after a commit that was not answered: the id is there, the batch was
-- committed; it can be inserted, and the batch never will be.
CREATE TABLE IF NOT EXISTS batch_log (
  id BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL  -- -1: the row that settled a batch, which is therefore never committed
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row, written on the primary and read on a replica: how far behind the replica is.
CREATE TABLE IF NOT EXISTS heartbeat (
  id TINYINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  CONSTRAINT heartbeat_is_one_row CHECK (id = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO heartbeat (id, at) VALUES (1, 0) ON DUPLICATE KEY UPDATE at = at;
