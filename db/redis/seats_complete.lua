-- The end of a fill: readers start anew from its version. ARGV: permit, version, number of seats. Replies as seats_fill.
if redis.call('HGET', map_key, 'fill') ~= ARGV[1] then return 0 end
local version = tonumber(ARGV[2])
local v = redis.call('HMGET', map_key, 'version', 'from')
if version > (tonumber(v[1]) or 0) then redis.call('HSET', map_key, 'version', ARGV[2]) end
if version > (tonumber(v[2]) or 0) then redis.call('HSET', map_key, 'from', ARGV[2]) end
redis.call('HSET', map_key, 'count', ARGV[3])
reach(version)
return 1
