-- A slice of a fill. ARGV: permit, version, 1 for the first slice, then for each seat: seat, status, held until, holder.
-- Replies 0 when the map was dropped, or filled by another, since the first slice.
if ARGV[3] == '1' then
  redis.call('HSET', map_key, 'fill', ARGV[1])
  redis.call('PEXPIRE', map_key, LIFE_MS)
elseif redis.call('HGET', map_key, 'fill') ~= ARGV[1] then
  return 0
end
local version = tonumber(ARGV[2])
for i = 4, #ARGV, 4 do
  if is_older(ARGV[i], version) then
    redis.call('HSET', map_key, ARGV[i], table.concat({ARGV[2], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]}, ' '))
  end
end
live_as_long()
return 1
