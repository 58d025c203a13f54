import { z } from 'zod';
import { redisScript, type Redis } from '../../redis/redis.js';
import type { DeploymentLoad, DeploymentUse } from '../deployment-load.js';

/** What one gateway gives deployments counts for so long after it has told of it: until what it gave is a minute ago. */
const COUNTS_MS = 60_000;
/** One that has told nothing for so long has nothing under way any more. */
const ALIVE_MS = 5_000;

/**
 * Keeps what a gateway gives deployments, and tells what the others do.
 * KEYS: the uses. ARGV: the gateway, its use in JSON, and after how many milliseconds one is forgotten.
 * Returns of each other gateway how many milliseconds ago it told of its use, and that.
 */
const useScript = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', now) .. ARGV[2])
local answer = {}
local all = redis.call('HGETALL', KEYS[1])
for n = 1, #all, 2 do
  local at, use = string.match(all[n + 1], '^(%d+) (.*)$')
  if not at or math.abs(now - at) > tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], all[n])
  elseif all[n] ~= ARGV[1] then
    answer[#answer + 1] = tostring(math.max(now - at, 0))
    answer[#answer + 1] = use
  end
end
return answer
`);

/** Of each deployment: under way, begun in the last minute, seconds of their audio; null = unknown. */
const amount = z.number().min(0);
const useSchema = z.record(z.string(), z.tuple([amount, amount, amount.nullable()]));
const answerSchema = z.array(z.string());

const NOTHING: DeploymentUse = { inFlight: 0, requests: 0, audioSeconds: 0 };

/** What all gateways that share a Redis give deployments, so that the limits of a deployment are those of all together. */
export class SharedUse {
  private others: ReadonlyMap<string, DeploymentUse> = new Map();
  private otherGateways = 0;

  constructor(
    private readonly redis: Pick<Redis, 'prefix' | 'run' | 'isAway'>,
    private readonly load: DeploymentLoad,
    private readonly instanceId: string,
  ) {}

  /** While Redis is away, others are taken to do as much as this gateway does: each has its share of the limits. */
  ofOthers(id: string, own: DeploymentUse): DeploymentUse {
    if (!this.redis.isAway) return this.others.get(id) ?? NOTHING;
    if (this.otherGateways === 0) return NOTHING;
    return times(own, this.otherGateways);
  }

  /** Tells what this gateway does, and hears what the others do. @throws RedisAwayError where Redis is away */
  async exchange(): Promise<void> {
    const own = [...this.load.ownUse()].map(([id, use]) => [
      id,
      [use.inFlight, use.requests, Number.isFinite(use.audioSeconds) ? use.audioSeconds : null],
    ]);
    const answer = await this.redis.run(
      useScript,
      [`${this.redis.prefix}:use`],
      [this.instanceId, JSON.stringify(Object.fromEntries(own)), String(COUNTS_MS)],
    );
    const told = answerSchema.parse(answer);
    const others = new Map<string, DeploymentUse>();
    this.otherGateways = 0;
    for (let n = 0; n + 1 < told.length; n += 2) {
      const isAlive = Number(told[n]) <= ALIVE_MS;
      if (isAlive) this.otherGateways += 1;
      for (const [id, [inFlight, requests, seconds]] of Object.entries(readUse(told[n + 1]))) {
        const use = { inFlight: isAlive ? inFlight : 0, requests, audioSeconds: seconds ?? Number.POSITIVE_INFINITY };
        others.set(id, sum(others.get(id) ?? NOTHING, use));
      }
    }
    this.others = others;
  }
}

/** What cannot be read, by another version or by hand, is as if nothing were done. */
function readUse(text = '{}'): z.output<typeof useSchema> {
  try {
    return useSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

function sum(one: DeploymentUse, other: DeploymentUse): DeploymentUse {
  return {
    inFlight: one.inFlight + other.inFlight,
    requests: one.requests + other.requests,
    audioSeconds: one.audioSeconds + other.audioSeconds,
  };
}

function times({ inFlight, requests, audioSeconds }: DeploymentUse, factor: number): DeploymentUse {
  return { inFlight: inFlight * factor, requests: requests * factor, audioSeconds: audioSeconds * factor };
}
