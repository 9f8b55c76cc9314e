-- How often a concert's row has been changed: of two pictures of it, the later one counts.
ALTER TABLE concerts ADD COLUMN version INTEGER NOT NULL DEFAULT 0 CHECK (version >= 0);
