-- The users of subjects that are no numbers: of bearer tokens with any text as `sub` (jwt-subjects any). A row never changes.

CREATE TABLE IF NOT EXISTS subjects (
  issuer VARBINARY(255) NOT NULL,  -- `iss`, byte for byte; empty: none
  subject VARBINARY(255) NOT NULL,
  user_id BIGINT NOT NULL,
  first_seen_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject),
  UNIQUE INDEX idx_subject_user (user_id),
  CONSTRAINT subject_user CHECK (user_id BETWEEN 4503599627370496 AND 9007199254740991 AND subject <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- From 2^52: subjects that are numbers below it are ids themselves.
INSERT INTO id_blocks (kind, next) VALUES ('user', 4503599627370496) ON DUPLICATE KEY UPDATE next = next;
