-- What one commit changed. ARGV: version, then for each: seat, status, held until, holder.
merge(ARGV[1], 2, true)
reach(tonumber(ARGV[1]))
if redis.call('PTTL', map_key) < 0 then redis.call('PEXPIRE', map_key, LIFE_MS) end
local surplus = redis.call('ZCARD', changes_key) - MAX_CHANGES
if surplus > 0 then
  local dropped = redis.call('ZPOPMIN', changes_key, surplus)
  redis.call('HSET', map_key, 'from', dropped[#dropped])
end
live_as_long()
return redis.status_reply('OK')
