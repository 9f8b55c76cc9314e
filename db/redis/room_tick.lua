-- Ends what has lapsed and calls the next people. ARGV after the rules: epoch, tail mark, front mark.
-- Of all pods' ticks one in 200 ms has effect.
local TICK, TIDY, SAMPLE, RATE_SECONDS, STALE_SAMPLE, PROMISES = 180, 10000, 1000, 10, 5000, 40
local MAX_ENDS, MAX_CALLS = 1000, 2000  -- at once: some ten milliseconds, in which nobody else is served
read_rules()
if not load_room() or not raise_marks(RULES + 1) then return redis.error_reply('FENCE needed') end
if room.ticked_at <= now + 5000 and now - room.ticked_at < TICK then
  save()
  return redis.status_reply('OK')
end
local is_time_to_tidy = math.floor(now / TIDY) ~= math.floor(room.ticked_at / TIDY)
room.ticked_at = now

local function missed() room.no_show = room.no_show + (1 - room.no_show) * NO_SHOW_WEIGHT end

-- A promise that has passed frees the place that was kept for it.
local function settle_promises()
  local late_since = text_of(now - GRACE)
  for _ = 1, redis.call('ZREMRANGEBYSCORE', called_key, '-inf', '(' .. late_since) do missed() end
  redis.call('ZREMRANGEBYSCORE', late_key, '-inf', '(' .. late_since)
  redis.call('ZREMRANGEBYSCORE', seen_key, '-inf', text_of(now - rules.window - 2 * SAMPLE))
  redis.call('ZREMRANGEBYSCORE', near_key, '-inf', text_of(now - 60000))
end

local function end_lapsed()
  for _, n in ipairs(redis.call('ZRANGEBYSCORE', active_key, '-inf', text_of(now), 'LIMIT', 0, MAX_ENDS)) do
    local inside = read_inside(n)
    local place = place_of(inside.user)
    if not place or place.number ~= tonumber(n) then
      place = {user = inside.user, number = tonumber(n), issued = inside.issued, epoch = text_of(room.epoch)}
    end
    end_place(place)
  end
end

-- Where the front was, and what was promised, some time ago.
local function remember_call()
  local oldest = redis.call('LINDEX', calls_key, 0)
  while oldest do
    local time, front = oldest:match('^(%d+) (%d+)')
    if tonumber(time) + rules.window > now then break end
    room.lapsed_front = math.max(room.lapsed_front, tonumber(front))
    redis.call('LPOP', calls_key)
    oldest = redis.call('LINDEX', calls_key, 0)
  end
  local newest = redis.call('LINDEX', calls_key, -1)
  if newest and now - tonumber(newest:match('^%d+')) < SAMPLE then return end
  redis.call('RPUSH', calls_key, table.concat({text_of(now), text_of(room.front), text_of(rate()), text_of(rules.opens_in)}, ' '))
end

-- Numbers forgotten and not registered again are dead: the boards start anew from the joined bits.
local function bury_lost()
  if room.lost_until == 0 or now < room.lost_until then return end
  room.lost_until = 0
  for _, range in ipairs(lost_ranges) do
    for chunk = math.floor(math.max(range.after, room.front) / CHUNK), math.floor(range.last / CHUNK) do
      local gone, lost = bit_key('gone', chunk * CHUNK), bit_key('lost', chunk * CHUNK)
      if redis.call('EXISTS', lost) == 1 then
        redis.call('BITOP', 'OR', gone, gone, lost)
        redis.call('EXPIRE', gone, LIFE_S)
        redis.call('UNLINK', lost)
      end
    end
  end
  redis.call('DEL', log_key)
  room.log_end = room.log_end + 1
end

local function after_bits(kind, n)
  while has_bit(kind, n) do
    if n % 8 ~= 0 then
      n = n + 1
    else
      n = n - n % CHUNK + redis.call('BITPOS', bit_key(kind, n), 0, n % CHUNK / 8)
    end
  end
  return n
end

local function next_live(n)
  local before
  repeat
    before = n
    n = after_bits('lost', after_bits('gone', n))
  until n == before
  return n
end

-- The latest poll somebody may have been told who has been too far away to tell us. 0 when nobody can have been.
local samples
local function latest_promise(n)
  if not samples then
    samples = {}
    for i, text in ipairs(redis.call('LRANGE', calls_key, -PROMISES, -1)) do
      local time, front, per_second, unopened = text:match('^(%S+) (%S+) (%S+) (%S+)$')
      samples[i] = {time = tonumber(time), front = tonumber(front), rate = tonumber(per_second), unopened = tonumber(unopened)}
    end
  end
  local latest = 0
  for _, sample in ipairs(samples) do
    local ahead = n - sample.front
    local wait = ahead / sample.rate * 1000 + sample.unopened
    if not is_near(ahead, wait) then latest = math.max(latest, sample.time + SAMPLE + longest_pause(wait)) end
  end
  return latest
end

local function call(n)
  local number = text_of(n)
  local back_by = tonumber(redis.call('ZSCORE', near_key, number) or latest_promise(n))
  redis.call('ZREM', near_key, number)
  if back_by + GRACE < now then missed() else redis.call('ZADD', called_key, back_by, number) end
end

local function budget()
  local already_kept = kept()
  local places, free_tokens = free_places() - already_kept, tokens() - already_kept
  if places <= 0 or free_tokens < 1 then return 0 end
  return math.min(MAX_CALLS, math.floor(places / (1 - math.min(0.9, room.no_show))), math.floor(free_tokens))
end

local function call_next()
  if not rules.is_open or now < room.calm_until then return end
  local left, first_chunk = budget(), math.floor(room.front / CHUNK)
  while room.front < room.tail do
    local n = next_live(room.front + 1)
    room.next_call = n
    room.front = math.max(room.front, math.min(n - 1, room.tail, room.front_mark))
    if left <= 0 or n > room.tail or n > room.front_mark then break end
    left = left - 1
    room.front = n
    call(n)
  end
  for chunk = first_chunk, math.floor(room.front / CHUNK) - 1 do
    redis.call('UNLINK', bit_key('gone', chunk * CHUNK), bit_key('lost', chunk * CHUNK))
  end
end

-- How fast a queue moves can be seen only while somebody waits.
local function measure_claims()
  local elapsed = now - room.measured_at
  if elapsed < SAMPLE and room.front < room.tail then return end
  if room.front == room.tail then
    room.rate = 0
  elseif elapsed < STALE_SAMPLE then
    local weight = room.rate == 0 and 1 or 1 - math.exp(-elapsed / 1000 / RATE_SECONDS)
    room.rate = room.rate + (room.claims / (elapsed / 1000) - room.rate) * weight
  end
  room.claims, room.measured_at = 0, now
end

local function tidy()
  redis.call('LTRIM', log_key, -LOG_LENGTH, -1)
  for _, key in ipairs({state_key, inside_key, active_key, called_key, late_key, seen_key, near_key, calls_key, log_key}) do
    redis.call('EXPIRE', key, LIFE_S)
  end
end

if rules.enabled then
  settle_promises()
  end_lapsed()
  remember_call()
  bury_lost()
  call_next()
  measure_claims()
end
if is_time_to_tidy then tidy() end
save()
return redis.status_reply('OK')
