-- The newest time in any row: one row, written by each commit that writes a time. A start compares it with the
-- machine's clock. It stays when the rows with that time are deleted.
CREATE TABLE sale_time (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  newest INTEGER NOT NULL CHECK (newest >= 0)
) STRICT;

-- Until now it was the newest time in the tables that only grow.
INSERT INTO sale_time (id, newest)
SELECT 1, coalesce(max(at), 0) FROM (
  SELECT max(occurred_at) AS at FROM events WHERE id = (SELECT max(id) FROM events)
  UNION ALL SELECT (SELECT at FROM ledger WHERE account = -1 ORDER BY entry_id DESC LIMIT 1)
  UNION ALL SELECT (SELECT at FROM ledger WHERE account = -2 ORDER BY entry_id DESC LIMIT 1)
  UNION ALL SELECT (SELECT issued_at FROM tickets WHERE concert_id = queues.concert_id ORDER BY number DESC LIMIT 1) FROM queues);
