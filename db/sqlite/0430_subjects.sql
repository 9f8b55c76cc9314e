-- The users of subjects that are no numbers: of bearer tokens with any text as `sub` (jwt-subjects any). A row never changes.

CREATE TABLE subjects (
  issuer BLOB NOT NULL CHECK (length(issuer) <= 255),  -- `iss`, byte for byte; empty: none
  subject BLOB NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  user_id INTEGER NOT NULL UNIQUE CHECK (user_id BETWEEN 4503599627370496 AND 9007199254740991),
  first_seen_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- From 2^52: subjects that are numbers below it are ids themselves.
INSERT INTO id_blocks (kind, next) VALUES ('user', 4503599627370496);
