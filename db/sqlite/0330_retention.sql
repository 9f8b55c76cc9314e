-- Rows that are deleted after a time: idempotency keys and events.

-- The oldest keys, without reading the others. Entries are appended, so a key costs no page of its own.
CREATE INDEX idx_key_age ON idempotency (created_at);

-- Where the event log begins. Events below `first_id` have been deleted, in the transaction that moved it.
CREATE TABLE event_horizon (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  first_id INTEGER NOT NULL CHECK (first_id >= 1),
  gone_until INTEGER NOT NULL CHECK (gone_until >= 0)  -- the time of the newest deleted event
) STRICT;

INSERT INTO event_horizon (id, first_id, gone_until) SELECT 1, coalesce(min(id), 1), 0 FROM events;
