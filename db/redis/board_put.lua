-- Shows a newer board. KEYS: the board; ARGV: version, text, published at (ms). A board of a higher version gives way only when no
-- pod has published it for five seconds: the store was restored then.
local known = redis.call('HMGET', KEYS[1], 'version', 'at')
if known[1] and tonumber(known[1]) > tonumber(ARGV[1]) and tonumber(ARGV[3]) - tonumber(known[2]) < 5000 then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'text', ARGV[2], 'at', ARGV[3])
redis.call('PEXPIRE', KEYS[1], 3600000)
return 1
