-- Whose request made an event, for who follows it through Kafka: W3C trace context, null when the client had sent none.
-- MySQL has no ADD COLUMN IF NOT EXISTS, and a step may be taken again that was broken off after its change.
SET @step = (SELECT IF(count(*) = 0,
    'ALTER TABLE events ADD COLUMN traceparent VARCHAR(55) CHARACTER SET ascii COLLATE ascii_bin',
    'DO 0')
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'events' AND column_name = 'traceparent');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
