-- What the scripts of a waiting room share; put in front of each. KEYS[1] is `queue:concert:{id}:state`, everything else of the concert
-- lies under the same tag. ARGV: run id of this server, now, then for those that decide anything the rules (see read_rules).
--
--   state      hash     the counters, marks, rates, and whom it was fenced by
--   users:B    hash     user -> "W|A|D number issued epoch", B = user mod 16384
--   inside     hash     number -> "user issued admitted seen holds", those who were let in
--   active     zset     the same numbers by when they lapse
--   called     zset     called and expected, by the poll they promised; each has a place kept
--   late       zset     called, broke a promise, expected again
--   seen       zset     called and has asked, by the next poll they were told
--   near       zset     about to be called, by the next poll they were told
--   calls      list     "time front rate unopened", one a second for as long as a called place lasts
--   log        list     what the pods' boards have to learn: "+number inside", "-number", "xnumber"
--   gone:C lost:C paid:C  bits of numbers C*65536...: left or dead; forgotten and not registered again; paid with
local MAX_WAITING, BUCKETS, CHUNK, LOG_LENGTH = 4000000, 16384, 65536, 20000
local LIFE_S, RETRY, GRACE, NO_SHOW_WEIGHT = 2592000, 1000, 1000, 0.05
local NEAR_WAIT, NEAR_PLACES = 5000, 100  -- kNearWait, kNearPlaces in ports/waiting_room.hpp

local base = KEYS[1]:sub(1, -6)
local state_key = KEYS[1]
local inside_key, active_key, called_key, late_key = base .. 'inside', base .. 'active', base .. 'called', base .. 'late'
local seen_key, near_key, calls_key, log_key = base .. 'seen', base .. 'near', base .. 'calls', base .. 'log'
local now = tonumber(ARGV[2])
local rules

-- Lua's own way to write a number loses digits beyond the 14th.
local function text_of(number) return string.format('%.17g', number) end

-- ARGV[3..10] of the scripts that decide: enabled max_active per_second opens closes active idle return_window, in milliseconds; -1 = none.
local RULES = 10
local function read_rules()
  local v = {}
  for i = 3, RULES do v[i - 2] = tonumber(ARGV[i]) end
  rules = {enabled = v[1] == 1, max_active = v[2], per_second = v[3], active = v[6], idle = v[7], window = v[8]}
  rules.has_closed = v[5] >= 0 and v[5] <= now
  rules.is_open = v[4] <= now and not rules.has_closed
  rules.opens_in = math.max(0, v[4] - now)
end

-- The counters; those that changed are written by save().
local FIELDS = {'epoch', 'tail', 'front', 'tail_mark', 'front_mark', 'next_call', 'lapsed_front', 'level', 'level_at', 'no_show', 'rate',
                'claims', 'measured_at', 'ticked_at', 'calm_until', 'lost_until', 'log_end'}
local room, stored, lost_ranges = {}, {}, {}

local function load_room()
  local v = redis.call('HMGET', state_key, 'run', 'lost', unpack(FIELDS))
  for i, field in ipairs(FIELDS) do
    stored[field] = v[i + 2]
    room[field] = tonumber(v[i + 2]) or 0
  end
  for after, last in (v[2] or ''):gmatch('(%d+)-(%d+)') do
    lost_ranges[#lost_ranges + 1] = {after = tonumber(after), last = tonumber(last)}
  end
  return v[1] == ARGV[1]
end

local function save()
  local changed = {}
  for _, field in ipairs(FIELDS) do
    local text = text_of(room[field])
    if text ~= stored[field] then
      changed[#changed + 1] = field
      changed[#changed + 1] = text
    end
  end
  if #changed > 0 then redis.call('HSET', state_key, unpack(changed)) end
end

-- False for marks of an epoch this room has not been fenced for.
local function raise_marks(at)
  local epoch = tonumber(ARGV[at])
  if epoch == room.epoch then
    room.tail_mark = math.max(room.tail_mark, tonumber(ARGV[at + 1]))
    room.front_mark = math.max(room.front_mark, tonumber(ARGV[at + 2]))
  end
  return epoch <= room.epoch
end

-- Bits.
local function bit_key(kind, n) return base .. kind .. ':' .. text_of(math.floor(n / CHUNK)) end
local function has_bit(kind, n) return redis.call('GETBIT', bit_key(kind, n), n % CHUNK) == 1 end
local function set_bit(kind, n)
  redis.call('SETBIT', bit_key(kind, n), n % CHUNK, 1)
  redis.call('EXPIRE', bit_key(kind, n), LIFE_S)
end

local function tell(text)
  redis.call('RPUSH', log_key, text)
  room.log_end = room.log_end + 1
end

-- Places.
local function users_key(user) return base .. 'users:' .. text_of(tonumber(user) % BUCKETS) end

local function place_of(user)
  local text = redis.call('HGET', users_key(user), user)
  if not text then return nil end
  local state, number, issued, epoch = text:match('^(%a) (%d+) (%d+) (%d+)$')
  return {user = user, state = state, number = tonumber(number), issued = issued, epoch = epoch}
end

local function put_place(place)
  local text = table.concat({place.state, text_of(place.number), place.issued, place.epoch}, ' ')
  if redis.call('HSET', users_key(place.user), place.user, text) == 1 then redis.call('EXPIRE', users_key(place.user), LIFE_S) end
end

local function read_inside(n)
  local text = redis.call('HGET', inside_key, n)
  if not text then return nil end
  local user, issued, admitted, seen, holds = text:match('^(%d+) (%d+) (%d+) (%d+) (%d+)$')
  return {user = user, issued = issued, admitted = tonumber(admitted), seen = tonumber(seen), holds = tonumber(holds), text = text}
end

local function may_hold_until(inside) return math.min(inside.admitted + rules.active, inside.seen + rules.idle) end

local function write_inside(n, inside)
  local number = text_of(n)
  inside.text = table.concat({inside.user, inside.issued, text_of(inside.admitted), text_of(inside.seen), text_of(inside.holds)}, ' ')
  redis.call('HSET', inside_key, number, inside.text)
  redis.call('ZADD', active_key, math.max(may_hold_until(inside), inside.holds), number)
  tell('+' .. number .. ' ' .. inside.text)
end

local function forget_promises(n)
  for _, key in ipairs({called_key, late_key, seen_key, near_key}) do redis.call('ZREM', key, n) end
end

-- Whatever it was, it is over; its number does not count among the waiting any more.
local function end_place(place)
  local number = text_of(place.number)
  place.state = 'D'
  put_place(place)
  forget_promises(number)
  if redis.call('ZREM', active_key, number) == 1 then
    redis.call('HDEL', inside_key, number)
    tell('-' .. number)
  end
  if place.number > room.front and not has_bit('gone', place.number) then
    set_bit('gone', place.number)
    tell('x' .. number)
  end
end

-- Room: a place and an admission token for the one who asks, beside those kept for others.
local function free_places() return rules.max_active - redis.call('ZCARD', active_key) end

local function tokens()
  local burst = math.max(1, rules.per_second)
  if room.level < 0 then return burst end
  return math.min(burst, room.level + math.max(0, now - room.level_at) / 1000 * rules.per_second)
end

local function kept() return redis.call('ZCARD', called_key) + redis.call('ZCARD', late_key) end
local function has_room(kept_for_others) return free_places() - kept_for_others >= 1 and tokens() - kept_for_others >= 1 end

local function admit(place)
  room.level, room.level_at = math.max(0, tokens() - 1), now
  room.no_show = room.no_show - room.no_show * NO_SHOW_WEIGHT
  room.claims = room.claims + 1
  place.state = 'A'
  put_place(place)
  forget_promises(text_of(place.number))
  local inside = {user = place.user, issued = place.issued, admitted = now, seen = now, holds = 0}
  write_inside(place.number, inside)
  return inside.text
end

local function is_inside(n)
  local lapses_at = redis.call('ZSCORE', active_key, text_of(n))
  return lapses_at and (not rules.enabled or tonumber(lapses_at) > now)
end

-- A called place lasts a window from the call, or from the last poll it was told to make.
local function call_has_lapsed(n)
  if not rules.enabled or n > room.front then return false end
  local back_by = redis.call('ZSCORE', seen_key, text_of(n))
  if back_by then return tonumber(back_by) + rules.window <= now end
  return n <= room.lapsed_front
end

local function lost_range_of(n)
  for _, range in ipairs(lost_ranges) do
    if range.after < n and n <= range.last then return range end
  end
end

local function rate() return room.rate > 0 and room.rate or math.max(1, rules.per_second) end

-- The longest pause before the next poll that somebody this far from the front is told, and whether such polls are reported to us.
local function longest_pause(wait) return 1.3 * math.min(30000, math.max(1000, wait / 10)) end
local function is_near(ahead, wait) return ahead <= NEAR_PLACES or wait <= NEAR_WAIT end
