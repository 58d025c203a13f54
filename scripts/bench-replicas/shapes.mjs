// Whose requests they are: the shapes of load, with their keys, limits and budgets, and what their stores have to say afterwards.
import { COST_NANO_USD, REDIS_PREFIX } from './gateway.mjs';

const { hashSecret } = await import('../../src/auth/secret.ts');
const { limitsSchema } = await import('../../src/domain/limits.ts');
const { redisScript } = await import('../../src/redis/redis.ts');

/** As much as nobody takes. */
const AMPLE_LIMITS = { requests_per_minute: 1e9, audio_seconds_per_day: 1e9, concurrent_requests: 1e6 };
const AMPLE_NANO_USD = 1_000_000_000_000_000n;
const BUDGET = {
  period: 'month',
  timeZone: 'UTC',
  model: null,
  limitNanoUsd: AMPLE_NANO_USD,
  softLimitNanoUsd: null,
  limitAudioMs: null,
};

/** How many keys, and who has limits and budgets. */
export const shapes = {
  'keys spread': { keys: 1000, limits: true, budgetOf: 'key' },
  'one hot key': { keys: 1, limits: true, budgetOf: undefined },
  'one hot budget': { keys: 1000, limits: false, budgetOf: 'team' },
  'gateway budget': { keys: 1000, limits: false, budgetOf: 'gateway' },
};
/** The gateway's own, while that shape is measured. */
export const GATEWAY_BUDGETS = [{ ...BUDGET, increase: null }];

/** Makes a shape's keys, `most` at most. @returns their secrets and ids */
export async function prepare(prisma, name, most) {
  const { keys, limits, budgetOf } = shapes[name];
  const count = Math.min(keys, most);
  const team = budgetOf === 'team' ? await prisma.team.create({ data: { name } }) : null;
  const secrets = Array.from({ length: count }, (_, index) => `sk-${name}-${index}`);
  const made = await prisma.virtualKey.createManyAndReturn({
    data: secrets.map((secret) => ({
      name: secret,
      hash: hashSecret(secret),
      preview: 'bench',
      ...(limits && { limits: limitsSchema.parse(AMPLE_LIMITS) }),
      ...(team && { teamId: team.id }),
    })),
    select: { id: true },
  });
  if (budgetOf === 'key') {
    await prisma.budget.createMany({ data: made.map(({ id }) => ({ ...BUDGET, keyId: id, position: 0 })) });
  }
  if (team) await prisma.budget.create({ data: { ...BUDGET, teamId: team.id, position: 0 } });
  return { name, secrets, keyIds: made.map(({ id }) => id), teamId: team?.id ?? null };
}

/** A key that may send so many requests a day, and one whose budget is for so many: filled to the brim by all gateways at once. */
export async function prepareBrim(prisma, name, most) {
  const data = (of) => ({ name: `${name} ${of}`, hash: hashSecret(`sk-${name}-${of}`), preview: 'bench' });
  const limits = limitsSchema.parse({ requests_per_day: most });
  const limited = await prisma.virtualKey.create({ data: { ...data('limit'), limits } });
  const budgeted = await prisma.virtualKey.create({ data: data('budget') });
  const limitNanoUsd = COST_NANO_USD * BigInt(most);
  await prisma.budget.create({ data: { ...BUDGET, limitNanoUsd, keyId: budgeted.id, position: 0 } });
  return [
    { of: 'limit', secret: `sk-${name}-limit`, keyIds: [limited.id], teamId: null },
    { of: 'budget', secret: `sk-${name}-budget`, keyIds: [budgeted.id], teamId: null },
  ];
}

const SUMS = `
SELECT (SELECT coalesce(sum(spend_nano_usd), 0) FROM virtual_key WHERE id = ANY($1::uuid[]))::bigint AS "spentByKeys",
  coalesce(sum(p.spent_nano_usd), 0)::bigint AS "spentInBudgets", coalesce(sum(p.reserved_nano_usd), 0)::bigint AS reserved,
  (SELECT count(*) FROM budget_reservation)::int AS reservations, (SELECT count(*) FROM request_log)::int AS logs,
  (SELECT coalesce(sum(used), 0) FROM limit_counter
    WHERE counter = ANY(SELECT 'key ' || id || ' audio_seconds_per_day' FROM unnest($1::uuid[]) AS id))::bigint AS "audioMs"
FROM budget_period AS p JOIN budget AS b ON b.id = p.budget_id
WHERE b.key_id = ANY($1::uuid[]) OR b.team_id = $2 OR (b.key_id IS NULL AND b.team_id IS NULL)`;

const REDIS_SUM = redisScript(`
local sum = 0
for n = 1, #KEYS do sum = sum + (redis.call('HGET', KEYS[n], 'used') or 0) end
return string.format('%.0f', sum)`);

/** What the stores have counted for these keys, their team and the gateway. */
export async function sumsOf({ keyIds, teamId }, prisma, redis) {
  const [sums] = await prisma.$queryRawUnsafe(SUMS, keyIds, teamId);
  const counters = keyIds.map((id) => `${REDIS_PREFIX}:limit:key ${id} audio_seconds_per_day`);
  const inRedis = redis ? BigInt(await redis.run(REDIS_SUM, counters, [])) : 0n;
  return { ...sums, audioMs: sums.audioMs + inRedis };
}

/** How many of these requests have a log. */
export async function logsOf(ids, prisma) {
  const [{ count }] = await prisma.$queryRawUnsafe(
    'SELECT count(*)::int AS count FROM request_log WHERE id = ANY($1::uuid[])',
    ids,
  );
  return count;
}
