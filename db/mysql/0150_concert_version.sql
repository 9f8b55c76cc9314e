-- How often a concert's row has been changed. A pod that is shown the row by a replica, or by a writer that was overtaken, keeps the
-- later one of two. A server that does not know the column yet leaves it as it is.
SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE concerts ADD COLUMN version BIGINT NOT NULL DEFAULT 0',
    'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'concerts' AND column_name = 'version');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
