import { z } from 'zod';
import { redisScript, type Redis } from '../../redis/redis.js';
import { LATENCIES, type DeploymentLoad } from '../deployment-load.js';

/**
 * Adds latencies to those of their deployments, and tells of those that have changed since a moment. Those of a deployment that nobody
 * asks for a day are forgotten, and so are those that cannot be read.
 * KEYS: the latencies. ARGV: how many are kept of a deployment, since when in milliseconds, and a list of `{id, ms}` in JSON.
 * Returns when it is, and of each deployment that has changed its id and a list in JSON, newest last.
 */
const latenciesScript = redisScript(`
local DAY = 86400000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function is_count(value) return type(value) == 'number' and value >= 0 and value < 1e15 end
local function known_in(text)
  local is_json, known = pcall(cjson.decode, text)
  if not is_json or type(known) ~= 'table' or not is_count(known.at) or type(known.ms) ~= 'table' then return end
  local count = 0
  for _, ms in pairs(known.ms) do
    if not is_count(ms) then return end
    count = count + 1
  end
  if count > 0 and count == #known.ms then return known end
end
for _, news in ipairs(cjson.decode(ARGV[3])) do
  local text = redis.call('HGET', KEYS[1], news.id)
  local known = text and known_in(text)
  local all = known and known.ms or {}
  for _, ms in ipairs(news.ms) do all[#all + 1] = ms end
  local kept = {}
  for n = math.max(#all - ARGV[1] + 1, 1), #all do kept[#kept + 1] = all[n] end
  redis.call('HSET', KEYS[1], news.id, cjson.encode({at = now, ms = kept}))
end
local answer = {now}
local all = redis.call('HGETALL', KEYS[1])
for n = 1, #all, 2 do
  local known = known_in(all[n + 1])
  if not known or known.at + DAY < now then redis.call('HDEL', KEYS[1], all[n])
  elseif known.at >= tonumber(ARGV[2]) then
    answer[#answer + 1] = all[n]
    answer[#answer + 1] = cjson.encode(known.ms)
  end
end
return answer
`);

const answerSchema = z.tuple([z.number()], z.string());
const latenciesSchema = z.array(z.number());

/** How long deployments take, as all gateways that share a Redis have seen it. */
export class SharedLatencies {
  /** Of each deployment what the others have not heard yet, newest last. */
  private news = new Map<string, readonly number[]>();
  /** Since when by the clock of Redis nothing has been heard. */
  private sinceMs = 0;

  constructor(
    private readonly redis: Pick<Redis, 'prefix' | 'run'>,
    private readonly load: DeploymentLoad,
  ) {}

  /** @param latencyMs of a second of audio */
  seen(id: string, latencyMs: number): void {
    const inHundredths = Math.round(100 * latencyMs) / 100;
    this.news.set(id, [...(this.news.get(id) ?? []).slice(1 - LATENCIES), inHundredths]);
  }

  /** Tells the others what is new here, and takes what they have seen. @throws RedisAwayError where Redis is away */
  async exchange(): Promise<void> {
    const told = this.news;
    this.news = new Map();
    let answer: unknown;
    try {
      answer = await this.redis.run(
        latenciesScript,
        [`${this.redis.prefix}:latencies`],
        [String(LATENCIES), String(this.sinceMs), JSON.stringify([...told].map(([id, ms]) => ({ id, ms })))],
      );
    } catch (error) {
      // They may have heard of it: then it weighs twice for a while.
      for (const [id, ms] of told) this.news.set(id, [...ms, ...(this.news.get(id) ?? [])].slice(-LATENCIES));
      throw error;
    }
    const [nowMs, ...records] = answerSchema.parse(answer);
    this.sinceMs = nowMs;
    for (let n = 0; n + 1 < records.length; n += 2) {
      const [id, text] = [records[n] ?? '', records[n + 1] ?? ''];
      this.load.adoptLatencies(id, [...latenciesSchema.parse(JSON.parse(text)), ...(this.news.get(id) ?? [])]);
    }
  }
}
