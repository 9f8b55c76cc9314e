-- Makes a room fit for use after it may have forgotten something, or for the first time. The later epoch wins. It comes in pieces, so that no piece blocks the
-- server for long; only the last one opens the room. ARGV after the rules: epoch, tail mark, front mark, given, called, called long
-- ago, is last, a chunk's first number and its bits of those gone, how many ended, for each: number, user, was paid; then for each
-- inside: number, user, issued, admitted, seen, holds.
local CALM, LOST_FOR, MAX_LOST_RANGES = 15000, 45000, 8
read_rules()
load_room()
local at = RULES
local function take()
  at = at + 1
  return ARGV[at]
end
local epoch, tail_mark, front_mark = tonumber(take()), tonumber(take()), tonumber(take())
local given, called, called_long_ago, is_last = tonumber(take()), tonumber(take()), tonumber(take()), take() == '1'
local chunk, gone = tonumber(take()), take()
if epoch <= room.epoch then return redis.status_reply('OK') end  -- somebody who reserved later was here first

-- Told by the log to nobody: the boards of the new epoch start anew.
local function put_ended(n, user, was_paid)
  if was_paid then set_bit('paid', n) end
  local place = place_of(user)
  if place and place.number > n then return end
  if place and place.state ~= 'D' then end_place(place) end
  put_place({user = user, state = 'D', number = n, issued = '0', epoch = text_of(room.epoch)})
end

local function put_inside(n, inside)
  local place = place_of(inside.user)
  if has_bit('paid', n) or (place and (place.number > n or (place.number == n and place.state == 'D'))) then return end
  if place and place.number < n and place.state ~= 'D' then end_place(place) end
  local known = read_inside(text_of(n))
  if known then
    inside.seen, inside.holds = math.max(inside.seen, known.seen), math.max(inside.holds, known.holds)
  end
  put_place({user = inside.user, state = 'A', number = n, issued = inside.issued, epoch = place and place.epoch or text_of(epoch)})
  forget_promises(text_of(n))
  write_inside(n, inside)
end

if #gone > 0 then
  local key, told_key = bit_key('gone', chunk), base .. 'told'
  redis.call('SET', told_key, gone)
  redis.call('BITOP', 'OR', key, key, told_key)
  redis.call('EXPIRE', key, LIFE_S)
  redis.call('DEL', told_key)
end
for _ = 1, tonumber(take()) do
  local n, user, was_paid = tonumber(take()), take(), take() == '1'
  put_ended(n, user, was_paid)
end
while at < #ARGV do
  local n = tonumber(take())
  put_inside(n, {user = take(), issued = take(), admitted = tonumber(take()), seen = tonumber(take()), holds = tonumber(take())})
end
if not is_last then
  save()
  return redis.status_reply('OK')
end

-- Whole bytes at once: the skipped range may be long.
local function set_lost(first, last)
  while first <= last do
    local offset, chunk_end = first % CHUNK, math.min(last, first - first % CHUNK + CHUNK - 1)
    local whole_bytes = math.floor((chunk_end + 1 - first) / 8)
    if offset % 8 == 0 and whole_bytes > 0 then
      redis.call('SETRANGE', bit_key('lost', first), offset / 8, string.rep('\255', whole_bytes))
      redis.call('EXPIRE', bit_key('lost', first), LIFE_S)
      first = first + whole_bytes * 8
    else
      set_bit('lost', first)
      first = first + 1
    end
  end
end

local is_known = redis.call('HEXISTS', state_key, 'run') == 1
if not is_known then room.level = -1 end
local known_tail = is_known and room.tail or 0
room.tail = math.max(known_tail, given)
room.front = math.max(room.front, math.min(called, room.tail))
if known_tail < given then
  set_lost(math.max(known_tail, room.front) + 1, given)
  lost_ranges[#lost_ranges + 1] = {after = known_tail, last = given}
  room.lost_until = now + LOST_FOR
end
while #lost_ranges > MAX_LOST_RANGES do table.remove(lost_ranges, 1) end
local texts = {}
for _, range in ipairs(lost_ranges) do texts[#texts + 1] = text_of(range.after) .. '-' .. text_of(range.last) end

-- People inside whom we have just heard of were forgotten by nobody else.
redis.call('DEL', log_key)
room.log_end = room.log_end + 1
room.epoch, room.tail_mark, room.front_mark = epoch, math.max(tail_mark, given), math.max(front_mark, called)
room.lapsed_front = math.max(room.lapsed_front, math.min(called_long_ago, room.front))
room.calm_until = given > 0 and now + CALM or 0
room.ticked_at, room.measured_at, room.claims = 0, now, 0
redis.call('RPUSH', calls_key, table.concat({text_of(now), text_of(room.front), text_of(rate()), text_of(rules.opens_in)}, ' '))
redis.call('HSET', state_key, 'run', ARGV[1], 'lost', table.concat(texts, ' '))
save()
return redis.status_reply('OK')
