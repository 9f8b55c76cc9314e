-- Stores the changes of one commit, or a slice of them. ARGV: version, 1 for the last slice, then for each: seat, status, held
-- until, holder, price. Until the last slice the map has not reached the version: changes that are in it already are only early.
-- KEYS[3] names the dates that have changed, by when: the server's time, but always above those before, so that a pod which has read
-- up to a time has missed nothing. It keeps a minute, and no more dates than MAX_NEWS.
local MAX_NEWS, NEWS_MS = 20000, 60000
merge(ARGV[1], 3, true)
if ARGV[2] == '1' then
  reach(tonumber(ARGV[1]))
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  local newest = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')
  local at = math.max(now, (tonumber(newest[2]) or 0) + 1)
  redis.call('ZADD', KEYS[3], string.format('%.0f', at), map_key:match('%d+$'))
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('(%.0f', now - NEWS_MS * 1000))
  redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -MAX_NEWS - 1)
  redis.call('PEXPIRE', KEYS[3], NEWS_MS)
end
if redis.call('PTTL', map_key) < 0 then redis.call('PEXPIRE', map_key, LIFE_MS) end
local surplus = redis.call('ZCARD', changes_key) - MAX_CHANGES
if surplus > 0 then
  local dropped = redis.call('ZPOPMIN', changes_key, surplus)
  redis.call('HSET', map_key, 'from', dropped[#dropped])
end
live_as_long()
return redis.status_reply('OK')
