-- Deletes the locks that are still the owner's. KEYS: the locks; ARGV: the owner.
local released = 0
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then released = released + redis.call('DEL', key) end
end
return released
