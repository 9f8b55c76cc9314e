-- The request that made an event, as W3C trace context. Null when the client had sent none.
ALTER TABLE events ADD COLUMN traceparent TEXT;
