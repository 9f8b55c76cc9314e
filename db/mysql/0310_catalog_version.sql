-- What has changed in the catalogue is asked for by version: each batch that changes a concert or one of its dates raises the one row
-- as its last lock before COMMIT, so the order of versions is the order of commits, and none is ever seen before a lower one. A server
-- that does not know the column leaves it as it is.

CREATE TABLE IF NOT EXISTS catalog_version (
  id TINYINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  CONSTRAINT catalog_version_is_one_row CHECK (id = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO catalog_version (id, version) VALUES (1, 0) ON DUPLICATE KEY UPDATE version = version;

-- The version of the last change of the concert or of one of its dates; of the seats' rows, it knows nothing.
SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE concerts ADD COLUMN catalog_version BIGINT NOT NULL DEFAULT 0, ADD INDEX idx_concert_catalog (catalog_version)',
    'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'concerts' AND column_name = 'catalog_version');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
