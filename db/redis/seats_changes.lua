-- The changes after a version. ARGV: that version. Nil: no complete map that has reached it. Else: version, 1 when all seats have
-- to be read, then seats and their values by turns.
local v = redis.call('HMGET', map_key, 'version', 'count', 'from')
local since = tonumber(ARGV[1])
if not v[2] or tonumber(v[1]) < since then return false end
local reply = {v[1], 0}
if since < (tonumber(v[3]) or 0) then
  reply[2] = 1
  return reply
end
local seats = redis.call('ZRANGEBYSCORE', changes_key, '(' .. ARGV[1], '+inf')
for first = 1, #seats, SLICE do
  local last = math.min(first + SLICE - 1, #seats)
  local values = redis.call('HMGET', map_key, unpack(seats, first, last))
  for i = first, last do
    reply[#reply + 1] = seats[i]
    reply[#reply + 1] = values[i - first + 1]
  end
end
return reply
