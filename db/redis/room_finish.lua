-- Ends tickets the store says are over. ARGV: run id, now, then for each: number, user, was paid.
if not load_room() then return redis.error_reply('FENCE needed') end
for i = 3, #ARGV, 3 do
  local n, user = tonumber(ARGV[i]), ARGV[i + 1]
  if ARGV[i + 2] == '1' then set_bit('paid', n) end
  local place = place_of(user)
  if place and place.number == n then
    if place.state ~= 'D' then end_place(place) end
  elseif not place or place.number < n then
    if place and place.state ~= 'D' then end_place(place) end
    end_place({user = user, number = n, issued = '0', epoch = text_of(room.epoch)})
  end
end
save()
return redis.status_reply('OK')
