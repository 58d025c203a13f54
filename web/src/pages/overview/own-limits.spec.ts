import { budgetLines, limitText } from './own-limits';
import { usersOf } from './retiring';

const rest = { period: 'month', time_zone: 'UTC', model: null, resets_at: '2026-12-01T00:00:00Z' } as const;

it('budgets tell what is left, and how much is gone where it is known how large they are', () => {
  const lines = budgetLines({
    budgets: [],
    team_budgets: [{ ...rest, limit_usd: 50, left_usd: 12.5, limit_audio_seconds: 7200, left_audio_seconds: 7200 }],
    gateway_budgets: [{ ...rest, model: 'whisper', left_usd: 0.004, left_audio_seconds: null }],
  });
  expect(lines).toEqual([
    {
      title: 'Your team, per month',
      used: '$37.50 of $50.00',
      left: '$12.50',
      share: 0.75,
      resetsAt: rest.resets_at,
    },
    { title: 'Your team, per month', used: '0 s of 2 h', left: '2 h', share: 0, resetsAt: rest.resets_at },
    {
      title: 'Everybody together, per month, whisper',
      used: undefined,
      left: '$0.004',
      share: undefined,
      resetsAt: rest.resets_at,
    },
  ]);
});

it('limits are in what they count', () => {
  expect(limitText('requests_per_minute', 60)).toBe('60');
  expect(limitText('max_file_bytes', 25_000_000)).toBe('25 MB');
  expect(limitText('audio_seconds_per_hour', 7200)).toBe('2 h');
  expect(limitText('max_audio_seconds', null)).toBe('–');
});

it('users of a model that ends are named as long as they are few', () => {
  const traffic = (...names: string[]) => ({
    from: '',
    to: '',
    is_cut: false,
    requests: 9,
    audio_seconds: 0,
    breaking_requests: 0,
    has_more_uses: false,
    uses: names.map((key_name) => ({
      key_id: null,
      key_name,
      team_id: null,
      team_name: null,
      model: 'whisper',
      task: 'transcribe' as const,
      response_format: 'json',
      features: null,
      requests: 1,
      audio_seconds: 0,
      last_request_at: '',
      goes_on: false,
      could_serve: [],
    })),
  });
  expect(usersOf({ traffic: traffic('a', 'b', 'a') })).toBe('a, b');
  expect(usersOf({ traffic: traffic('a', 'b', 'c', 'd') })).toBe('a, b, c and 1 other key');
  expect(usersOf({ traffic: { ...traffic('a'), has_more_uses: true } })).toBe('a and others');
});
