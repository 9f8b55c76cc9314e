-- A queue may want a pass for each new place. A used pass is a row of `idempotency`: owner 0, operation 7, the hash of its id.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE concerts ADD COLUMN queue_wants_pass TINYINT NOT NULL DEFAULT 0', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'concerts' AND column_name = 'queue_wants_pass');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
