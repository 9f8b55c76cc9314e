-- Gives each user a place, or finds the one they have. ARGV after the rules: epoch, tail mark, front mark, users...
-- Replies for each: outcome, number, epoch, issued, is new, was admitted, inside.
read_rules()
if not load_room() or not raise_marks(RULES + 1) then return redis.error_reply('FENCE needed') end

local function known_place(user)
  local place = place_of(user)
  if not place or place.state == 'D' then return nil end
  if place.state == 'A' and is_inside(place.number) then return place end
  if place.state == 'W' and not call_has_lapsed(place.number) then return place end
  end_place(place)
end

local function new_place(user)
  local nobody_waits = room.front == room.tail
  room.tail = room.tail + 1
  local place = {user = user, state = 'W', number = room.tail, issued = text_of(now - now % 1000), epoch = text_of(room.epoch)}
  if nobody_waits and rules.enabled and rules.is_open and now >= room.calm_until and room.tail <= room.front_mark and has_room(kept()) then
    room.front = room.tail
    return place, admit(place)
  end
  put_place(place)
  local ahead = room.tail - room.front
  local wait = ahead / rate() * 1000 + rules.opens_in
  if is_near(ahead, wait) then redis.call('ZADD', near_key, now + longest_pause(wait), text_of(room.tail)) end
  return place
end

local replies = {}
local function answer(outcome, place, is_new, admitted)
  local inside = ''
  if place and place.state == 'A' then inside = admitted or read_inside(text_of(place.number)).text end
  replies[#replies + 1] = {outcome, place and text_of(place.number) or 0, place and place.epoch or 0, place and place.issued or 0,
                           is_new and 1 or 0, admitted and 1 or 0, inside}
end

for i = RULES + 4, #ARGV do
  local place = known_place(ARGV[i])
  if place then
    answer('placed', place, false)
  elseif rules.has_closed then
    answer('closed')
  elseif room.tail - room.front >= MAX_WAITING then
    answer('full')
  elseif room.tail >= room.tail_mark then
    answer('needs_mark')
  else
    local given, admitted = new_place(ARGV[i])
    answer('placed', given, true, admitted)
  end
end
save()
return replies
