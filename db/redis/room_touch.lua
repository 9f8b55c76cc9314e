-- Signs of life. ARGV after the rules: for each: number, seen at, back by, end of the last live hold (-1 = as it was).
read_rules()
if not load_room() then return redis.error_reply('FENCE needed') end
for i = RULES + 1, #ARGV, 4 do
  local n, seen, back_by, holds = tonumber(ARGV[i]), tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  local inside = read_inside(ARGV[i])
  if inside then
    local before = inside.text
    if not rules.enabled or seen < may_hold_until(inside) then inside.seen = math.max(inside.seen, seen) end
    if holds >= 0 then inside.holds = holds end
    local text = table.concat({inside.user, inside.issued, text_of(inside.admitted), text_of(inside.seen), text_of(inside.holds)}, ' ')
    if text ~= before then write_inside(n, inside) end
  elseif n > room.front and n <= room.tail then
    redis.call('ZADD', near_key, back_by, ARGV[i])
  end
end
save()
return redis.status_reply('OK')
