-- Each question that a buyer or an operator waits for finds its rows by an index, however many of other people's there are.

-- What a hold asks: the live reservations of one user in one concert. A ticket that was bought last year is not read again.
DROP INDEX idx_reservation_user_status;
CREATE INDEX idx_live_of_user ON reservations (user_id, concert_id) WHERE status = 'TEMPORARY' OR status = 'CONFIRMED';

-- A user's own list, newest first; the id is in it by itself.
CREATE INDEX idx_reservation_user_time ON reservations (user_id, created_at);

-- Sales figures. Its entries lie side by side for one concert and status, so a batch moves them within a few pages.
CREATE INDEX idx_reservation_concert_status ON reservations (concert_id, status, amount);

CREATE INDEX idx_schedule_concert ON schedules (concert_id);
