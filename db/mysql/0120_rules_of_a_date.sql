-- When a date's sale ends, where a concert is, that one may be deleted, and events of what an operator changes.
-- MySQL has no ADD COLUMN IF NOT EXISTS, and a step may be taken again that was broken off after its change.

SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE concerts ADD COLUMN version BIGINT NOT NULL DEFAULT 0', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'concerts' AND column_name = 'version');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- '': the setting default-time-zone
SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE concerts ADD COLUMN time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''''', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'concerts' AND column_name = 'time_zone');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE concerts ADD COLUMN sales_end_offset_minutes INT NOT NULL DEFAULT 0,
       ADD CONSTRAINT concert_sales_end CHECK (sales_end_offset_minutes BETWEEN -10080 AND 1440)',
    'DO 0')
  FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = 'concerts' AND column_name = 'sales_end_offset_minutes');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE concerts ADD COLUMN deleted TINYINT NOT NULL DEFAULT 0', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'concerts' AND column_name = 'deleted');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- The version of the seat map that last gave a section another name.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE schedules ADD COLUMN sections_version BIGINT NOT NULL DEFAULT 0', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'schedules' AND column_name = 'sections_version');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- Of a deleted concert: a hold that was decided beside the deletion finds it when it raises the version, and is decided again.
SET @step = (SELECT IF(count(*) = 0, 'ALTER TABLE schedules ADD COLUMN deleted TINYINT NOT NULL DEFAULT 0', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'schedules' AND column_name = 'deleted');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE events ADD COLUMN schedule_id BIGINT, ADD COLUMN changes MEDIUMTEXT CHARACTER SET utf8mb4', 'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'events' AND column_name = 'changes');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) > 0, 'ALTER TABLE events DROP CONSTRAINT event_facts', 'DO 0')
  FROM information_schema.table_constraints
  WHERE table_schema = DATABASE() AND table_name = 'events' AND constraint_name = 'event_facts');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE events ADD CONSTRAINT event_says CHECK ((type BETWEEN 1 AND 4 AND reservation_id IS NOT NULL AND seq >= 1)
       OR (type = 5 AND reservation_id IS NULL AND seq = 0 AND concert_id IS NOT NULL AND ticket IS NOT NULL AND user_id IS NOT NULL)
       OR (type >= 6 AND reservation_id IS NULL AND seq >= 1 AND concert_id IS NOT NULL AND changes IS NOT NULL))',
    'DO 0')
  FROM information_schema.table_constraints
  WHERE table_schema = DATABASE() AND table_name = 'events' AND constraint_name = 'event_says');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
