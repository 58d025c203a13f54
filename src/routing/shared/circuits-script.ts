import { redisScript } from '../../redis/redis.js';

/**
 * Takes what a gateway tells of circuits, and tells of all those that are not closed or have failed last. A circuit opens anew only
 * where what the gateway knew to be open was so: of several that find the same at once, one opens it, and the others can only say
 * that it stays open for longer. What nobody has told anything of for an hour after it should be asked again is forgotten.
 * KEYS: the circuits. ARGV: a life for a memory that has none, and a list of `{id, is_reset, recovered, failures, opened}` in JSON.
 * Returns life, when it is in milliseconds, and of each circuit its id and a record in JSON.
 *
 * What cannot be read, by another version or by hand, is as if it were not there: an error would end it for all circuits.
 */
export const circuitsScript = redisScript(`
local HOUR = 3600000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = redis.call('HGET', KEYS[1], 'life')
if not life then
  life = ARGV[1]
  redis.call('HSET', KEYS[1], 'life', life)
end
local function is_count(value) return type(value) == 'number' and value >= 0 and value < 1e15 end
local function circuit_in(text)
  local is_json, known = pcall(cjson.decode, text)
  if not is_json or type(known) ~= 'table' or not is_count(known.failures) or not is_count(known.told_ms) then return end
  local circuit = {failures = known.failures, told_ms = known.told_ms}
  if known.opening == nil then return circuit end
  if type(known.opening) ~= 'string' or not is_count(known.until_ms) or not is_count(known.openings) then return end
  circuit.opening, circuit.until_ms, circuit.openings = known.opening, known.until_ms, known.openings
  circuit.reason = type(known.reason) == 'string' and known.reason or 'unknown'
  return circuit
end
for _, news in ipairs(cjson.decode(ARGV[2])) do
  local text = redis.call('HGET', KEYS[1], news.id)
  local circuit = text and circuit_in(text) or {failures = 0}
  if news.is_reset or (news.recovered and news.recovered == (circuit.opening or '')) then circuit = {failures = 0} end
  circuit.failures = circuit.failures + news.failures
  local opened = news.opened
  if opened then
    local until_ms = now + opened.for_ms
    if not circuit.opening or circuit.opening == opened.before then
      circuit.opening, circuit.openings = opened.id, opened.openings
      circuit.until_ms, circuit.reason = until_ms, opened.reason
    elseif until_ms > circuit.until_ms then
      circuit.until_ms, circuit.reason = until_ms, opened.reason
    end
  end
  circuit.told_ms = now
  if circuit.opening or circuit.failures > 0 then redis.call('HSET', KEYS[1], news.id, cjson.encode(circuit))
  else redis.call('HDEL', KEYS[1], news.id) end
end
local answer = {life, now}
local all = redis.call('HGETALL', KEYS[1])
for n = 1, #all, 2 do
  if all[n] ~= 'life' then
    local circuit = circuit_in(all[n + 1])
    if not circuit or math.max(circuit.told_ms, circuit.until_ms or 0) + HOUR < now then redis.call('HDEL', KEYS[1], all[n])
    else
      answer[#answer + 1] = all[n]
      answer[#answer + 1] = cjson.encode(circuit)
    end
  end
end
return answer
`);
