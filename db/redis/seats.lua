-- What the scripts of the seat maps share; put in front of each. KEYS[1] is `seats:schedule:ID`, KEYS[2] its `:changes`.
--
--   hash   seat -> "version status held_until holder price", and of the map itself: `version` up to which all changes are in it; `ahead`, later
--          versions that came before those in between; `from`, what the changes reach back to; `fill`, by whom; `count` of seats, which
--          only a complete map has
--   zset   the seats by the version that changed them last
local MAX_CHANGES, MAX_AHEAD, LIFE_MS, SLICE, WIDTH = 20000, 256, 300000, 1000, 5
local map_key, changes_key = KEYS[1], KEYS[2]

-- Takes the seats in ARGV from `first` on (WIDTH words each: seat, status, held until, holder, price) that are older here than `version`. Few calls for many seats.
local function merge(version, first, into_changes)
  for slice = first, #ARGV, WIDTH * SLICE do
    local seats, values, changed = {}, {}, {}
    local last = math.min(slice + WIDTH * SLICE - 1, #ARGV)
    for i = slice, last, WIDTH do seats[#seats + 1] = ARGV[i] end
    local known = redis.call('HMGET', map_key, unpack(seats))
    for j, seat in ipairs(seats) do
      if not known[j] or tonumber(known[j]:match('^%d+')) < tonumber(version) then
        local i = slice + WIDTH * (j - 1)
        values[#values + 1] = seat
        values[#values + 1] = table.concat({version, ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]}, ' ')
        changed[#changed + 1] = version
        changed[#changed + 1] = seat
      end
    end
    if #values > 0 then
      redis.call('HSET', map_key, unpack(values))
      if into_changes then redis.call('ZADD', changes_key, unpack(changed)) end
    end
  end
end

-- Takes in `version`, and those after it that came early.
local function reach(version)
  local v = redis.call('HMGET', map_key, 'version', 'ahead', 'count')
  local reached, ahead, early = tonumber(v[1]) or 0, {}, {}
  for early_version in (v[2] or ''):gmatch('%d+') do early[#early + 1] = tonumber(early_version) end
  early[#early + 1] = version
  table.sort(early)
  for _, early_version in ipairs(early) do
    if v[3] and early_version == reached + 1 then
      reached = early_version
    elseif early_version > reached then
      ahead[#ahead + 1] = string.format('%.0f', early_version)
    end
  end
  -- A map that never catches up is no use: it has to be filled again.
  if #ahead > MAX_AHEAD then
    redis.call('HDEL', map_key, 'count')
    ahead = {}
  end
  redis.call('HSET', map_key, 'version', string.format('%.0f', reached), 'ahead', table.concat(ahead, ' '))
end

local function live_as_long()
  local ends_at = redis.call('PEXPIRETIME', map_key)
  if ends_at >= 0 then redis.call('PEXPIREAT', changes_key, ends_at) end
end
