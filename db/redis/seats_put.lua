-- What one commit changed. ARGV: version, then for each: seat, status, held until, holder.
local version = tonumber(ARGV[1])
for i = 2, #ARGV, 4 do
  if is_older(ARGV[i], version) then
    redis.call('HSET', map_key, ARGV[i], table.concat({ARGV[1], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]}, ' '))
    redis.call('ZADD', changes_key, version, ARGV[i])
  end
end
reach(version)
if redis.call('PTTL', map_key) < 0 then redis.call('PEXPIRE', map_key, LIFE_MS) end
local surplus = redis.call('ZCARD', changes_key) - MAX_CHANGES
if surplus > 0 then
  local dropped = redis.call('ZPOPMIN', changes_key, surplus)
  redis.call('HSET', map_key, 'from', dropped[#dropped])
end
live_as_long()
return redis.status_reply('OK')
