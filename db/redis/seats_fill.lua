-- A slice of a fill. ARGV: permit, version, 1 for the first slice, then for each seat: seat, status, held until, holder, price.
-- Replies 0 when the map was dropped, or filled by another, since the first slice.
if ARGV[3] == '1' then
  redis.call('HSET', map_key, 'fill', ARGV[1])
  redis.call('PEXPIRE', map_key, LIFE_MS)
elseif redis.call('HGET', map_key, 'fill') ~= ARGV[1] then
  return 0
end
merge(ARGV[2], 4, false)
live_as_long()
return 1
