-- Ends the places of those who leave. ARGV: run id, now, then for each: number, user, issued, epoch.
if not load_room() then return redis.error_reply('FENCE needed') end
for i = 3, #ARGV, 4 do
  local n, user = tonumber(ARGV[i]), ARGV[i + 1]
  local place = place_of(user)
  if place and place.number == n then
    if place.state ~= 'D' then end_place(place) end
  elseif lost_range_of(n) and (not place or place.number < n) then
    if place and place.state ~= 'D' then end_place(place) end
    end_place({user = user, number = n, issued = ARGV[i + 2], epoch = ARGV[i + 3]})
  end
end
save()
return redis.status_reply('OK')
