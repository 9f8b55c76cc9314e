-- Stores the changes of one commit, or a slice of them. ARGV: version, 1 for the last slice, then for each: seat, status, held
-- until, holder, price. Until the last slice the map has not reached the version: changes that are in it already are only early.
merge(ARGV[1], 3, true)
if ARGV[2] == '1' then reach(tonumber(ARGV[1])) end
if redis.call('PTTL', map_key) < 0 then redis.call('PEXPIRE', map_key, LIFE_MS) end
local surplus = redis.call('ZCARD', changes_key) - MAX_CHANGES
if surplus > 0 then
  local dropped = redis.call('ZPOPMIN', changes_key, surplus)
  redis.call('HSET', map_key, 'from', dropped[#dropped])
end
live_as_long()
return redis.status_reply('OK')
