-- Halls in the making: their seats are written a few thousand a commit. Their dates lie below a concert that is marked as deleted until
-- the last of these commits; so no reader has to know of this table. A row whose making has stopped is deleted with all its seats.
CREATE TABLE drafts (
  concert_id INTEGER PRIMARY KEY REFERENCES concerts (id),
  begun_at INTEGER NOT NULL,
  going INTEGER NOT NULL CHECK (going = 0 OR going = 1)  -- it is being deleted, and is not gone on with
) STRICT;
