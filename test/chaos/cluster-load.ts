import { z } from 'zod';
import { NARROW_MODEL, waitUntil, type Cluster } from './cluster.js';
import type { Application } from './cluster-clients.js';
import type { Question } from './question.js';

/** What the key `limited` may, a minute. */
export const REQUESTS_PER_MINUTE = 60;
/** What the key `narrow` may, at once. */
export const AT_ONCE = 4;
/** As long as what the simulated whisper bills, so that what is reserved is what it costs. */
const BUDGETED_SECONDS = 9;
const BUDGETED_COST_USD = 0.0009;
/** How many more requests the budget has room for, to begin with and each time. */
export const ROOM = 40;

const issued = z.object({ key: z.string() });

const json: Question = { route: 'transcriptions', model: 'whisper', fields: { response_format: 'json' }, end: '}' };
const narrow: Question = { route: 'transcriptions', model: 'narrow', fields: {}, end: '}' };
const mixed: readonly Question[] = [
  json,
  { route: 'transcriptions', model: 'gpt4o', fields: { stream: 'true' }, end: 'data: [DONE]\n\n' },
  { route: 'transcriptions', model: 'whisper', fields: { response_format: 'srt' }, end: '\n' },
  { route: 'translations', model: 'whisper', fields: { response_format: 'json' }, end: '}' },
  { route: 'transcriptions', model: 'whisper', fields: { stream: 'true' }, end: 'data: [DONE]\n\n' },
  { route: 'speech', model: 'tts', fields: { voice: 'alloy', input: 'Good morning.' }, end: '' },
];

/** A budget with room for so many requests of the key `budgeted`. */
export function budgetsOf(room: number): object[] {
  return [{ limit_usd: Number((room * BUDGETED_COST_USD).toFixed(6)), period: 'total' }];
}

/** Makes the models, teams and keys of a cluster, until all of its gateways know them: who is to ask, and what. */
export async function setUpLoad(cluster: Cluster): Promise<readonly Application[]> {
  const models = { whisper: 'whisper-1', gpt4o: 'gpt-4o-transcribe', narrow: NARROW_MODEL, tts: 'tts-1' };
  for (const [name, upstreamModel] of Object.entries(models)) {
    await cluster.admin('POST', 'models', { name, deployments: [cluster.deployment(upstreamModel)] });
  }
  await cluster.admin('POST', 'teams', { name: 'crew', limits: { requests_per_minute: 100_000 } });
  await cluster.admin('POST', 'teams', { name: 'payers', budgets: [{ limit_usd: 1000, period: 'total' }] });
  const countsInDatabase = !cluster.redis;
  const usual = { questions: mixed, bounds: [], needsDatabase: false, clients: 1, pauseMs: 100, audioSeconds: 1 };
  const limitsBound = { bounds: ['rate_limit_exceeded'], needsDatabase: countsInDatabase };
  const plans: readonly (Omit<Application, 'key'> & { settings: object })[] = [
    { name: 'toggled', ...usual, clients: 0, settings: {} },
    { name: 'free', ...usual, clients: 3, settings: {} },
    { name: 'crew', ...usual, needsDatabase: countsInDatabase, clients: 2, settings: { team: 'crew' } },
    { name: 'payer', ...usual, needsDatabase: true, clients: 2, settings: { team: 'payers' } },
    {
      name: 'budgeted',
      ...usual,
      questions: [json],
      bounds: ['budget_exceeded'],
      needsDatabase: true,
      clients: 2,
      pauseMs: 300,
      audioSeconds: BUDGETED_SECONDS,
      settings: { team: 'payers', budgets: budgetsOf(ROOM) },
    },
    {
      name: 'limited',
      ...usual,
      ...limitsBound,
      questions: [json],
      // More than it may, also where a request takes long.
      clients: 5,
      pauseMs: 500,
      settings: { limits: { requests_per_minute: REQUESTS_PER_MINUTE } },
    },
    {
      name: 'narrow',
      ...usual,
      ...limitsBound,
      questions: [narrow],
      // More than twice what it may.
      clients: 10,
      pauseMs: 400,
      settings: { limits: { concurrent_requests: AT_ONCE } },
    },
  ];
  const applications: Application[] = [];
  for (const { settings, ...plan } of plans) {
    const { key } = issued.parse(await cluster.admin('POST', 'keys', { name: plan.name, ...settings }));
    applications.push({ ...plan, key });
  }
  cluster.applications = applications;
  for (const url of cluster.urls) {
    await waitUntil(`${url} has all models`, async () => (await cluster.models(url, 'free'))?.length === 4);
    for (const { name } of applications) await cluster.models(url, name);
  }
  await cluster.settled();
  return applications;
}
