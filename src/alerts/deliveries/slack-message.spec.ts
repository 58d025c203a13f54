import type { AlertEvent } from '../events/alert-events.js';
import { slackMessage } from './slack-message.js';

const timestamp = '2026-11-27T09:30:00.000Z';
const deployment = { id: 'd', model: 'whisper', provider: 'openai', upstream_model: 'whisper-1' };
const budget = {
  budget: {
    id: 'b',
    owner: 'key' as const,
    key: { id: 'k', name: 'podcast-app' },
    team: null,
    model: null,
    period: 'month' as const,
    time_zone: 'UTC',
    limit_usd: 50,
    soft_limit_usd: 40,
    limit_audio_seconds: 3600,
  },
  period_starts_at: '2026-11-01T00:00:00.000Z',
  resets_at: '2026-12-01T00:00:00.000Z',
  spent_usd: 41.2,
  spent_audio_seconds: 600,
};
const recovery = { since: timestamp, lasted_seconds: 240 };

it.each<[AlertEvent, string]>([
  [
    { type: 'budget.soft_limit', timestamp, data: budget },
    "More than the soft limit of the budget of the key 'podcast-app' ($50 and 3600 s of audio a month) is spent: $41.2 and 600 s of audio. It resets at 2026-12-01T00:00:00.000Z.",
  ],
  [
    {
      type: 'budget.exhausted',
      timestamp,
      data: {
        ...budget,
        resets_at: null,
        budget: {
          ...budget.budget,
          owner: 'gateway',
          key: null,
          period: 'total',
          limit_audio_seconds: null,
          model: 'x',
        },
      },
    },
    "The budget of the gateway ($50, for the model 'x') is exhausted: $41.2.",
  ],
  [
    { type: 'deployment.down', timestamp, data: { deployment, reason: 'unavailable' } },
    "The deployment openai/whisper-1 of the model 'whisper' is down: unavailable.",
  ],
  [
    { type: 'deployment.recovered', timestamp, data: { deployment, ...recovery } },
    "The deployment openai/whisper-1 of the model 'whisper' has recovered. It was down for 240 s.",
  ],
  [
    {
      type: 'credential.rejected',
      timestamp,
      data: { provider: 'openai', credential: 'prod', api_key_preview: '...abcd', upstream_status: 401, deployment },
    },
    "openai rejects the credential 'prod' of the deployment openai/whisper-1 of the model 'whisper' with 401.",
  ],
  [
    {
      type: 'key.expiring',
      timestamp,
      data: { key: { id: 'k', name: 'a' }, team: { id: 't', name: 'news' }, user: null, expires_at: timestamp },
    },
    `The key 'a' of the team 'news' expires at ${timestamp}.`,
  ],
  [
    { type: 'model.retiring', timestamp, data: { deployment, retires_on: '2027-06-30', days_left: 30 } },
    "The upstream model of the deployment openai/whisper-1 of the model 'whisper' retires on 2027-06-30, in 30 days.",
  ],
  [
    {
      type: 'ledger.behind',
      timestamp,
      data: { state: 'behind', gateway: 'host', waiting_records: 7, waiting_seconds: 31, journal_bytes: 1 },
    },
    'The ledger is behind on host: logs wait for the database (7 logs are waiting).',
  ],
  [{ type: 'ledger.recovered', timestamp, data: recovery }, 'The ledger has caught up. It was behind for 240 s.'],
  [
    { type: 'alert.test', timestamp, data: { alert: { id: 'a', name: 'on-call' } } },
    "This is a test of the alert 'on-call'.",
  ],
])('says $type in words', (event, text) => {
  expect(slackMessage(event)).toEqual({
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: `${event.type} at ${timestamp}` }] },
    ],
  });
});

it('mentions nobody, whatever names say', () => {
  const name = '<!channel> & <https://evil.example|look>';
  const { text } = slackMessage({ type: 'alert.test', timestamp, data: { alert: { id: 'a', name } } });
  expect(text).toBe("This is a test of the alert '&lt;!channel&gt; &amp; &lt;https://evil.example|look&gt;'.");
});
