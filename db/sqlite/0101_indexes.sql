-- Each query that a buyer or an operator waits for finds its rows by an index, however many rows of others there are.

-- A hold asks for the live reservations of one user in one concert. Last year's tickets are not read again.
DROP INDEX idx_reservation_user_status;
CREATE INDEX idx_live_of_user ON reservations (user_id, concert_id) WHERE status = 'TEMPORARY' OR status = 'CONFIRMED';

-- A user's own list, newest first. The id is in the index by itself.
CREATE INDEX idx_reservation_user_time ON reservations (user_id, created_at);

-- Sales figures. The entries of one concert and status lie side by side, so a batch moves them within a few pages.
CREATE INDEX idx_reservation_concert_status ON reservations (concert_id, status, amount);

CREATE INDEX idx_schedule_concert ON schedules (concert_id);
