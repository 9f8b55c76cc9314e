-- A queue may want a pass for each new place. A used pass is a row of `idempotency`: owner 0, operation 7, the hash of its id.
ALTER TABLE concerts ADD COLUMN queue_wants_pass INTEGER NOT NULL DEFAULT 0 CHECK (queue_wants_pass = 0 OR queue_wants_pass = 1);
