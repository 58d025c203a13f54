import { redisScript } from '../redis/redis.js';

/**
 * What every script begins with: what time it is, by the clock of Redis unless a test has another, and of which life of its memory
 * this is, so that gateways see when it has lost everything.
 */
const BEGINNING = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local life = redis.call('GET', KEYS[1])
if not life then
  life = ARGV[2]
  redis.call('SET', KEYS[1], life)
end
-- Begins the window of a counter where it has not begun. One that begins later, by a clock that was before this one, goes on.
local function used_in(key, starts, length)
  local known = redis.call('HMGET', key, 'starts', 'used')
  local began = tonumber(known[1])
  if began and began >= starts and began - starts <= length then return tonumber(known[2]), began end
  redis.call('HSET', key, 'starts', string.format('%.0f', starts), 'used', 0)
  redis.call('PEXPIREAT', key, string.format('%.0f', starts + length + 3600000))
  return 0, starts
end
`;

/**
 * Counts a request in all of its lines, or in none where one has no room.
 * KEYS: life, and of each line its counter. ARGV: now, life, id, milliseconds of a lease, and of each line the length of its window
 * (0 = a place), most, amount. Returns life, when it was, whether it was refused, and what is used of each line.
 */
export const takeScript = redisScript(`${BEGINNING}
local used, at, refused = {}, now, 0
for n = 2, #KEYS do
  local length = tonumber(ARGV[3 * n - 1])
  if length == 0 then
    redis.call('ZREMRANGEBYSCORE', KEYS[n], '-inf', string.format('%.0f', now))
    used[n] = redis.call('ZCARD', KEYS[n])
  else
    local began
    used[n], began = used_in(KEYS[n], now - now % length, length)
    if began > at then at = began end
  end
  local amount = tonumber(ARGV[3 * n + 1])
  if amount > 0 and used[n] + amount > tonumber(ARGV[3 * n]) then refused = 1 end
end
local answer = {life, at, refused}
for n = 2, #KEYS do
  local amount = tonumber(ARGV[3 * n + 1])
  if refused == 0 and amount > 0 then
    if tonumber(ARGV[3 * n - 1]) > 0 then
      redis.call('HINCRBY', KEYS[n], 'used', ARGV[3 * n + 1])
    else
      redis.call('ZADD', KEYS[n], string.format('%.0f', now + ARGV[4]), ARGV[3])
      redis.call('PEXPIRE', KEYS[n], ARGV[4])
    end
    used[n] = used[n] + amount
  end
  answer[n + 2] = used[n]
end
return answer
`);

/**
 * Adds what was counted elsewhere, less than nothing where it was given back, once for each number of a gateway.
 * KEYS: life, the numbers of the gateway, and the counter of each. ARGV: now, life, number (0 = none), and of each the length of its
 * window (0 = it is only added to), its beginning, amount. Returns life.
 */
export const addScript = redisScript(`${BEGINNING}
local number = tonumber(ARGV[3])
if number > 0 then
  if tonumber(redis.call('GET', KEYS[2]) or 0) >= number then return {life} end
  redis.call('SET', KEYS[2], ARGV[3], 'EX', 86400)
end
for n = 3, #KEYS do
  local length, starts = tonumber(ARGV[3 * n - 5]), tonumber(ARGV[3 * n - 4])
  local used, began
  if length == 0 then
    local known = redis.call('HMGET', KEYS[n], 'starts', 'used')
    began, used = tonumber(known[1]), tonumber(known[2])
  else
    -- What was counted by a clock that is before this one counts now.
    if starts > now then starts = now - now % length end
    if now < starts + length then used, began = used_in(KEYS[n], starts, length) end
  end
  if used and began == starts then
    redis.call('HSET', KEYS[n], 'used', string.format('%.0f', math.max(used + ARGV[3 * n - 3], 0)))
  end
end
return {life}
`);

/**
 * Gives requests their places, whatever room there is, or renews their leases.
 * KEYS: life, and the counter of each place. ARGV: now, life, milliseconds of a lease, and the id of each. Returns life.
 */
export const holdScript = redisScript(`${BEGINNING}
for n = 2, #KEYS do
  redis.call('ZADD', KEYS[n], string.format('%.0f', now + ARGV[3]), ARGV[n + 2])
  redis.call('PEXPIRE', KEYS[n], ARGV[3])
end
return {life}
`);

/** Ends the places of a request. KEYS: life, and the counters. ARGV: now, life, id. Returns life. */
export const leaveScript = redisScript(`${BEGINNING}
for n = 2, #KEYS do redis.call('ZREM', KEYS[n], ARGV[3]) end
return {life}
`);
