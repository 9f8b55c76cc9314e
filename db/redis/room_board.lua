-- What changed for a pod's board since it last asked, or everything. ARGV: run id, now, epoch and place in the log of that last time.
-- Replies: epoch tail front tail_mark front_mark next_call rate ticked_at calm_until lost_until lost log_end is_full log entries, gone chunks.
if not load_room() then return redis.error_reply('FENCE needed') end
local log_start = room.log_end - redis.call('LLEN', log_key)
local seen = tonumber(ARGV[4])
local is_full = tonumber(ARGV[3]) ~= room.epoch or seen < log_start or seen > room.log_end
local entries, chunks = {}, {}
if is_full then
  local inside = redis.call('HGETALL', inside_key)
  for i = 1, #inside, 2 do entries[#entries + 1] = '+' .. inside[i] .. ' ' .. inside[i + 1] end
  for chunk = math.floor(room.front / CHUNK), math.floor(room.tail / CHUNK) do
    local bits = redis.call('GET', bit_key('gone', chunk * CHUNK))
    if bits then
      chunks[#chunks + 1] = text_of(chunk * CHUNK)
      chunks[#chunks + 1] = bits
    end
  end
elseif seen < room.log_end then
  entries = redis.call('LRANGE', log_key, seen - log_start, -1)
end
local reply = {}
for i, field in ipairs({'epoch', 'tail', 'front', 'tail_mark', 'front_mark', 'next_call', 'rate', 'ticked_at', 'calm_until', 'lost_until'}) do
  reply[i] = text_of(room[field])
end
reply[11] = redis.call('HGET', state_key, 'lost') or ''
reply[12] = text_of(room.log_end)
reply[13] = is_full and 1 or 0
reply[14] = entries
reply[15] = chunks
return reply
