import { accessOf, accessValues } from './access-values';

const stored = {
  name: 'app',
  models: ['whisper', 'groq/*'],
  endpoints: ['transcriptions' as const],
  allowed_addresses: null,
  budgets: [
    {
      limit_usd: 50,
      soft_limit_usd: null,
      limit_audio_seconds: 10,
      period: 'month' as const,
      time_zone: 'Europe/Berlin',
      model: null,
      increase: { usd: 5, audio_seconds: null, expires_at: '2027-01-01T00:00:00.000Z' },
    },
  ],
  limits: {
    requests_per_minute: 60,
    requests_per_day: null,
    concurrent_requests: null,
    audio_seconds_per_minute: 10,
    audio_seconds_per_hour: null,
    audio_seconds_per_day: null,
    max_file_bytes: null,
    max_audio_seconds: 90,
  },
  tags: ['prod', 'blue'],
  redaction: { kinds: ['email' as const], patterns: [{ name: 'case', pattern: 'C' }], in: 'answer' as const },
  privacy: { keep_transcripts: false, transcript_retention_days: 30, log_retention_days: null, zero_retention: false },
};

it('gives back what a form has shown and nobody has touched', () => {
  const key = { ...stored } as unknown as Parameters<typeof accessValues>[0];
  for (const zone of ['utc', 'local'] as const) {
    expect(accessOf(accessValues(key, zone), zone)).toEqual(stored);
  }
});

it('is all that is usual of an empty form', () => {
  expect(accessOf({ ...accessValues(undefined, 'utc'), name: ' app ' }, 'utc')).toEqual({
    name: 'app',
    models: null,
    endpoints: null,
    allowed_addresses: null,
    budgets: [],
    limits: null,
    tags: [],
    redaction: null,
    privacy: null,
  });
});
