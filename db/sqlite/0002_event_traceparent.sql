-- Whose request made an event: W3C trace context, null when the client had sent none.
ALTER TABLE events ADD COLUMN traceparent TEXT;
