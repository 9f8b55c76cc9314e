-- Holders of genuine tickets come. ARGV after the rules: for each, lowest number first: number, user, issued, epoch.
-- Replies for each: W(aiting), A(ctive), C(ompleted) or E(xpired), was admitted, inside.
read_rules()
if not load_room() then return redis.error_reply('FENCE needed') end

-- A number this room has forgotten is registered again, unless there is reason to think that it was over.
local function recognise(known, n, user, issued, epoch)
  local range = lost_range_of(n)
  if not range or n <= room.lapsed_front or has_bit('paid', n) then return nil end
  if known and known.number > n then
    -- Of two live tickets the lower wins. The other was given before the fence too: then this one had ended by then.
    if known.state == 'A' or known.number <= range.last then return nil end
    end_place(known)
  elseif known and known.state ~= 'D' then
    end_place(known)  -- it had, or this one would not have been given
  end
  redis.call('SETBIT', bit_key('lost', n), n % CHUNK, 0)
  local place = {user = user, state = 'W', number = n, issued = issued, epoch = epoch}
  put_place(place)
  return place
end

-- Who comes as promised may take any free place; a latecomer one that is not kept for somebody, and else is expected again.
local function try_to_enter(place)
  local number = text_of(place.number)
  local back_by = now + RETRY
  redis.call('ZADD', seen_key, back_by, number)
  if not rules.enabled or not rules.is_open then return nil end
  local is_on_time = redis.call('ZSCORE', called_key, number)
  local is_late = redis.call('ZSCORE', late_key, number)
  local kept_for_others = is_on_time and 0 or is_late and redis.call('ZCARD', called_key) or kept()
  if has_room(kept_for_others) then return admit(place) end
  redis.call('ZADD', is_on_time and called_key or late_key, back_by, number)
  return nil
end

local function over(n) return {has_bit('paid', n) and 'C' or 'E', 0, ''} end

local function standing(n, user, issued, epoch)
  local place = place_of(user)
  if not place or place.number ~= n then place = recognise(place, n, user, issued, epoch) end
  if not place or place.state == 'D' then return over(n) end
  if place.state == 'A' then
    if is_inside(n) then return {'A', 0, read_inside(text_of(n)).text} end
    end_place(place)
    return over(n)
  end
  if n > room.front then return {'W', 0, ''} end
  if call_has_lapsed(n) then
    end_place(place)
    return over(n)
  end
  local inside = try_to_enter(place)
  if inside then return {'A', 1, inside} end
  return {'W', 0, ''}
end

local replies = {}
for i = RULES + 1, #ARGV, 4 do
  replies[#replies + 1] = standing(tonumber(ARGV[i]), ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
end
save()
return replies
