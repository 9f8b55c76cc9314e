-- Halls in the making: their seats are written a few thousand a commit. Their dates lie below a concert that is marked as deleted until
-- the last of these commits; so no reader has to know of this table, and no pod of an older release. A row whose making has stopped is
-- deleted with all its seats. Each change of a row is made under the lock of its concert.
CREATE TABLE IF NOT EXISTS drafts (
  concert_id BIGINT NOT NULL PRIMARY KEY,
  begun_at BIGINT NOT NULL,
  going TINYINT NOT NULL,  -- it is being deleted, and is not gone on with
  CONSTRAINT draft_is_going_or_not CHECK (going IN (0, 1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
